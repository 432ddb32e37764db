import { randomBytes } from 'node:crypto';
import { Inject, Module, type OnModuleDestroy } from '@nestjs/common';
import { ObjectStore } from '@parlance/contracts';
import { FilesystemObjectStore } from './filesystem/filesystem-object-store.js';
import { RemoteFiles } from './remote/remote-files.js';
import { Retention } from './retention/retention.js';
import { RetentionService } from './retention/retention.service.js';
import { loadMinio } from './s3/s3-client.js';
import { S3ObjectStore, type S3ObjectStoreOptions } from './s3/s3-object-store.js';
import { loadSigningSecret } from './signing-secret.js';
import { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, type StorageModuleOptions } from './storage.module-definition.js';
import { UrlSigner } from './url-signer.js';

/**
 * Provides {@link ObjectStore}: a bucket where `s3` says so, the file system otherwise; and always
 * {@link FilesystemObjectStore} and {@link UrlSigner} for the route that serves its links, {@link RemoteFiles} for the
 * links of callers, and {@link Retention}. Global unless `isGlobal` is false.
 */
@Module({
  providers: [
    {
      provide: UrlSigner,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: async (options: StorageModuleOptions) => new UrlSigner(options.signingSecret ?? (await secretOf(options))),
    },
    {
      provide: FilesystemObjectStore,
      inject: [MODULE_OPTIONS_TOKEN, UrlSigner],
      useFactory: (options: StorageModuleOptions, signer: UrlSigner) => new FilesystemObjectStore(options, signer),
    },
    {
      provide: ObjectStore,
      inject: [MODULE_OPTIONS_TOKEN, FilesystemObjectStore],
      useFactory: ({ s3, maximumBytes }: StorageModuleOptions, files: FilesystemObjectStore) =>
        s3 === undefined ? files : openBucket({ ...s3, ...(maximumBytes !== undefined && { maximumBytes }) }),
    },
    {
      provide: Retention,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: ({ retention = { days: 0 } }: StorageModuleOptions) => new Retention(retention),
    },
    {
      provide: RetentionService,
      inject: [MODULE_OPTIONS_TOKEN, ObjectStore, Retention],
      useFactory: (options: StorageModuleOptions, store: FilesystemObjectStore | S3ObjectStore, retention: Retention) =>
        new RetentionService(store, retention, options.retention !== undefined),
    },
    {
      provide: RemoteFiles,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: ({ remote }: StorageModuleOptions) => new RemoteFiles(remote),
    },
  ],
  exports: [ObjectStore, FilesystemObjectStore, RemoteFiles, Retention, UrlSigner],
})
export class StorageModule extends ConfigurableModuleClass implements OnModuleDestroy {
  constructor(@Inject(ObjectStore) private readonly store: ObjectStore) {
    super();
  }

  onModuleDestroy(): void {
    if (this.store instanceof S3ObjectStore) this.store.close();
  }
}

/** Its client is there with the store: the first call does not wait for it, and a broken installation does not start. */
async function openBucket(options: S3ObjectStoreOptions): Promise<S3ObjectStore> {
  await loadMinio();
  return new S3ObjectStore(options);
}

/** With S3 there are no links to keep a secret for, and perhaps no directory that could be written. */
async function secretOf({ s3, directory }: StorageModuleOptions): Promise<string> {
  return s3 === undefined ? loadSigningSecret(directory) : randomBytes(32).toString('hex');
}
