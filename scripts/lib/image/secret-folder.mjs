import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A folder as Kubernetes mounts a secret: the name of a file leads through a link that is changed when the secret is. */
export async function makeSecretFolder(folder, name, text) {
  const version = '..2026_01_01';
  await mkdir(join(folder, version), { recursive: true });
  await writeFile(join(folder, version, name), text);
  await symlink(version, join(folder, '..data'));
  await symlink(join('..data', name), join(folder, name));
  for (const path of [folder, join(folder, version)]) await chmod(path, 0o755);
  await chmod(join(folder, version, name), 0o444);
  return folder;
}
