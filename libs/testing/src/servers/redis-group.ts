import type { RedisServer } from './redis-server.js';

/** Several servers that are started and ended together. */
export abstract class RedisGroup {
  protected constructor(
    /** What a client is given. */
    readonly url: string,
    private readonly members: readonly RedisServer[],
  ) {}

  async stop(): Promise<void> {
    await stopAll(this.members);
  }

  async kill(): Promise<void> {
    await Promise.all(this.members.map((member) => member.kill()));
  }

  async pause(): Promise<void> {
    await Promise.all(this.members.map((member) => member.pause()));
  }

  resume(): void {
    for (const member of this.members) member.resume();
  }

  /** All of them, on the same ports. Resolves when each answers, which is before they have found one another. */
  async restart(): Promise<void> {
    await Promise.all(this.members.map((member) => member.restart()));
  }
}

export async function stopAll(members: readonly RedisServer[]): Promise<void> {
  await Promise.all(members.map((member) => member.stop()));
}
