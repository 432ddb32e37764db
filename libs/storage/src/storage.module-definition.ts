import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { FilesystemObjectStoreOptions } from './filesystem/filesystem-object-store.js';
import type { S3ObjectStoreOptions } from './s3/s3-object-store.js';

export interface StorageModuleOptions extends FilesystemObjectStoreOptions {
  /** What links of the file-system store are signed with. Default: one of the directory's own, kept in it. */
  signingSecret?: string;
  /** Where objects are kept instead of the directory. */
  s3?: Omit<S3ObjectStoreOptions, 'maximumBytes'>;
}

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<StorageModuleOptions>()
  .setClassMethodName('forRoot')
  .setExtras({ isGlobal: true }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal }))
  .build();
