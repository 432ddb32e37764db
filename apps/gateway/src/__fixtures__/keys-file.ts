import { createHash } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scope } from '@parlance/contracts';

export interface WrittenKey {
  scopes: readonly Scope[];
  tenant?: string;
  requestsPerMinute?: number;
  expires?: string;
}

/** A keys file of a test. The key of `website` is `the-key-of-website`. */
export class KeysFile {
  private readonly directory = mkdtempSync(join(tmpdir(), 'parlance-keys-'));
  readonly path = join(this.directory, 'keys.yaml');

  constructor(keys: Readonly<Record<string, WrittenKey>>) {
    this.write(keys);
  }

  write(keys: Readonly<Record<string, WrittenKey>>): void {
    const entries = Object.entries(keys).map(([name, key]) => ({ name, hash: `sha256:${hashOf(keyOf(name))}`, ...key }));
    this.writeText(JSON.stringify(entries));
  }

  /** At once, as whoever changes the file of a running server should. */
  writeText(text: string): void {
    writeFileSync(`${this.path}.new`, text);
    renameSync(`${this.path}.new`, this.path);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }
}

export function keyOf(name: string): string {
  return `the-key-of-${name}`;
}

/** The header that presents the key of a name. */
export function bearer(name: string): { authorization: string } {
  return { authorization: `Bearer ${keyOf(name)}` };
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
