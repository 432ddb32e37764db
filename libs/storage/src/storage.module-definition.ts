import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { FilesystemObjectStoreOptions } from './filesystem/filesystem-object-store.js';
import type { RemoteFilesOptions } from './remote/remote-files.js';
import type { RetentionOptions } from './retention/retention.js';
import type { S3ObjectStoreOptions } from './s3/s3-object-store.js';

export interface StorageModuleOptions extends FilesystemObjectStoreOptions {
  /** What links of the file-system store are signed with. Default: one of the directory's own, kept in it. */
  signingSecret?: string;
  /** Where objects are kept instead of the directory. */
  s3?: Omit<S3ObjectStoreOptions, 'maximumBytes'>;
  /** How long objects are kept; default: for ever, and rules that a bucket has stay as they are. */
  retention?: RetentionOptions;
  /** Which links of callers are followed. */
  remote?: RemoteFilesOptions;
}

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<StorageModuleOptions>()
  .setClassMethodName('forRoot')
  .setExtras({ isGlobal: true }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal }))
  .build();
