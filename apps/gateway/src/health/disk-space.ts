import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Injectable } from '@nestjs/common';

/** Bytes of a volume. */
export interface VolumeSpace {
  /** What this process may still write. */
  free: number;
  total: number;
}

/** Asks the system for the space of a volume. */
@Injectable()
export class DiskSpace {
  /** @param path need not be there yet @throws the system's error */
  async of(path: string): Promise<VolumeSpace> {
    try {
      const { bavail, blocks, bsize } = await statfs(path);
      return { free: bavail * bsize, total: blocks * bsize };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error;
      return this.of(dirname(path));
    }
  }
}
