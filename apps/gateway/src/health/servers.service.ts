import { RedisConnections } from '@parlance/cache';
import { ObjectStore } from '@parlance/contracts';
import { S3ObjectStore } from '@parlance/storage';
import { Inject, Injectable } from '@nestjs/common';

/** Probes come every few seconds from every replica: an answer stands for so many milliseconds. */
const FRESH_MILLISECONDS = 2000;
const TIME_LIMIT_MILLISECONDS = 1000;

/** Whether a server that replicas share answers. */
export type ServerState = 'up' | 'away';

/** The servers of this installation, where it has any: without them requests still succeed, but less is shared. */
@Injectable()
export class Servers {
  private readonly known = new Map<string, { at: number; state: Promise<ServerState> }>();

  constructor(
    private readonly connections: RedisConnections,
    @Inject(ObjectStore) private readonly objects: ObjectStore,
  ) {}

  /** `undefined`: there is none. */
  async redis(): Promise<ServerState | undefined> {
    const { commands } = this.connections;
    return commands === undefined ? undefined : this.ask('redis', async () => commands.ping());
  }

  /** `undefined`: stored audio is on the file system. */
  async objectStore(): Promise<ServerState | undefined> {
    const { objects } = this;
    return objects instanceof S3ObjectStore
      ? this.ask('s3', async () => objects.ping(AbortSignal.timeout(TIME_LIMIT_MILLISECONDS)))
      : undefined;
  }

  private async ask(name: string, question: () => Promise<unknown>): Promise<ServerState> {
    const known = this.known.get(name);
    if (known !== undefined && performance.now() - known.at < FRESH_MILLISECONDS) return known.state;
    const state = question().then(
      () => 'up' as const,
      () => 'away' as const,
    );
    this.known.set(name, { at: performance.now(), state });
    return state;
  }
}
