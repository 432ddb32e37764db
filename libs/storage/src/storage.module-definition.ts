import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { FilesystemObjectStoreOptions } from './filesystem/filesystem-object-store.js';

export interface StorageModuleOptions extends FilesystemObjectStoreOptions {
  /** What links are signed with. Default: one of the directory's own, kept in it. */
  signingSecret?: string;
}

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<StorageModuleOptions>()
  .setClassMethodName('forRoot')
  .setExtras({ isGlobal: true }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal }))
  .build();
