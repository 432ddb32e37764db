import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const openssl = (args: readonly string[]) => execute('openssl', args);

/** What certificates are made with. */
export const CERTIFICATE_PROGRAMS: readonly string[] = ['openssl'];

/** openssl's own file differs from system to system. */
const CONFIGURATION = `[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
`;

/** A certificate of 127.0.0.1 for a TLS server, and the authority that signed it, which nobody knows. */
export interface Certificate {
  /** PEM. */
  authority: string;
  /** The same as a file, for `NODE_EXTRA_CA_CERTS`. */
  authorityFile: string;
  certificateFile: string;
  keyFile: string;
  /** Deletes the files. */
  remove: () => Promise<void>;
}

/** @param subject whom it is for, as openssl writes it */
export async function makeCertificate(subject = 'IP:127.0.0.1'): Promise<Certificate> {
  const directory = await mkdtemp(join(tmpdir(), 'certificate-'));
  const path = (name: string) => join(directory, name);
  const remove = () => rm(directory, { recursive: true, force: true });
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-days', '2'];
  const common = [...request, '-config', path('openssl.cnf')];
  try {
    await writeFile(path('openssl.cnf'), `${CONFIGURATION}[server]\nbasicConstraints = critical, CA:FALSE\nsubjectAltName = ${subject}\n`);
    const authority = ['-subj', '/CN=Authority of tests', '-extensions', 'authority'];
    await openssl([...common, ...authority, '-keyout', path('authority.key'), '-out', path('authority.pem')]);
    const server = ['-subj', '/CN=server', '-extensions', 'server', '-CA', path('authority.pem'), '-CAkey', path('authority.key')];
    await openssl([...common, ...server, '-keyout', path('server.key'), '-out', path('server.pem')]);
    return {
      authority: await readFile(path('authority.pem'), 'utf8'),
      authorityFile: path('authority.pem'),
      certificateFile: path('server.pem'),
      keyFile: path('server.key'),
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
