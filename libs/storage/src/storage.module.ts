import { Module } from '@nestjs/common';
import { ObjectStore } from '@parlance/contracts';
import { FilesystemObjectStore } from './filesystem/filesystem-object-store.js';
import { loadSigningSecret } from './signing-secret.js';
import { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, type StorageModuleOptions } from './storage.module-definition.js';
import { UrlSigner } from './url-signer.js';

/**
 * Provides {@link ObjectStore}; and {@link FilesystemObjectStore} and {@link UrlSigner} for the route that serves
 * its links. Global unless `isGlobal` is false.
 */
@Module({
  providers: [
    {
      provide: UrlSigner,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: async ({ signingSecret, directory }: StorageModuleOptions) =>
        new UrlSigner(signingSecret ?? (await loadSigningSecret(directory))),
    },
    {
      provide: FilesystemObjectStore,
      inject: [MODULE_OPTIONS_TOKEN, UrlSigner],
      useFactory: (options: StorageModuleOptions, signer: UrlSigner) => new FilesystemObjectStore(options, signer),
    },
    { provide: ObjectStore, useExisting: FilesystemObjectStore },
  ],
  exports: [ObjectStore, FilesystemObjectStore, UrlSigner],
})
export class StorageModule extends ConfigurableModuleClass {}
