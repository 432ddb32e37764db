import type { Client, ClientOptions } from 'minio';

/** It takes 220 ms, which only a process with a bucket waits for. */
export function loadMinio(): Promise<typeof import('minio')> {
  return import('minio');
}

export async function createClient(options: ClientOptions): Promise<Client> {
  const minio = await loadMinio();
  return new minio.Client(options);
}
