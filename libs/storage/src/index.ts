export { FilesystemObjectStore, type FilesystemObjectStoreOptions } from './filesystem/filesystem-object-store.js';
export { buildObjectKey, isObjectKey, type ObjectKeyParts } from './object-key.js';
export { S3ObjectStore, type S3ObjectStoreOptions } from './s3/s3-object-store.js';
export { parseEndpoint } from './s3/s3-endpoint.js';
export { StorageModule } from './storage.module.js';
export type { StorageModuleOptions } from './storage.module-definition.js';
export { UrlSigner, type SignedMethod, type SignedQuery, type Verdict } from './url-signer.js';
