import { isCluster, RedisConnections, type RedisClient } from '@parlance/cache';
import { ObjectStore } from '@parlance/contracts';
import { S3ObjectStore } from '@parlance/storage';
import { Inject, Injectable } from '@nestjs/common';
import { Fresh } from './fresh.js';

const FRESH_MILLISECONDS = 2000;
const TIME_LIMIT_MILLISECONDS = 1000;
/** Probes are often given up after a second, and a server that is away must not make this process look so. */
const PATIENCE_MILLISECONDS = 500;

/** Whether a server that replicas share answers. */
export type ServerState = 'up' | 'away';

/** The servers of this installation, where it has any: without them requests still succeed, but less is shared. */
@Injectable()
export class Servers {
  private readonly redisState: Fresh<ServerState> | undefined;
  private readonly s3State: Fresh<ServerState> | undefined;

  constructor({ commands }: RedisConnections, @Inject(ObjectStore) objects: ObjectStore) {
    if (commands !== undefined) this.redisState = new Fresh(() => stateOf(askRedis(commands)), FRESH_MILLISECONDS);
    if (objects instanceof S3ObjectStore) {
      this.s3State = new Fresh(() => stateOf(objects.ping(AbortSignal.timeout(TIME_LIMIT_MILLISECONDS))), FRESH_MILLISECONDS);
    }
  }

  /** `undefined`: there is none. */
  async redis(): Promise<ServerState | undefined> {
    return this.redisState && soon(this.redisState);
  }

  /** `undefined`: stored audio is on the file system. */
  async objectStore(): Promise<ServerState | undefined> {
    return this.s3State && soon(this.s3State);
  }
}

/** The first answer is waited for, which has limits of its own. */
async function soon(state: Fresh<ServerState>): Promise<ServerState> {
  return (await state.within(PATIENCE_MILLISECONDS)) ?? state.get();
}

/** Of a cluster any node answers, also while nobody has the keys of one that is lost. @throws Error when it does not serve */
async function askRedis(commands: RedisClient): Promise<void> {
  if (!isCluster(commands)) return void (await commands.ping());
  const info = await commands.cluster('INFO');
  if (!info.includes('cluster_state:ok') || /^cluster_slots_p?fail:[1-9]/m.test(info)) throw new Error('A part of the cluster is away.');
}

function stateOf(answer: Promise<unknown>): Promise<ServerState> {
  return answer.then(
    () => 'up' as const,
    () => 'away' as const,
  );
}
