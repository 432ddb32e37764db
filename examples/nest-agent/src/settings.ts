import { Injectable, Module } from '@nestjs/common';

/** Where an application of yours has its settings from: a file, a secret store, `@nestjs/config`. */
@Injectable()
export class Settings {
  readonly dataDirectory = process.env['PARLANCE_DATA_DIR'] ?? './data';
  /** Absent: one process, which keeps its cache and its conversations to itself. */
  readonly redisUrl = process.env['REDIS_URL'];
}

@Module({ providers: [Settings], exports: [Settings] })
export class SettingsModule {}
