import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parse, parseAllDocuments, stringify } from 'yaml';

export const DEPLOY = resolve(__dirname, '../../../deploy');

/** An object of Kubernetes. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
}

interface Kustomization {
  resources?: string[];
  bases?: string[];
  patches?: { path: string }[];
  patchesStrategicMerge?: string[];
}

/** A copy of what kustomizations are made of, to which a test may add its own. */
export class Kustomizations {
  private readonly folder = mkdtempSync(join(tmpdir(), 'parlance-kustomize-'));

  constructor() {
    for (const name of ['kubernetes', 'grafana']) cpSync(join(DEPLOY, name), join(this.folder, name), { recursive: true });
  }

  /** @param name of a folder beside the overlays */
  add(name: string, kustomization: string): void {
    cpSync(join(this.folder, 'kubernetes/monitoring'), join(this.folder, 'kubernetes', name), { recursive: true });
    writeFileSync(join(this.folder, 'kubernetes', name, 'kustomization.yaml'), kustomization);
  }

  /** What `kubectl kustomize` makes of an overlay. */
  async build(name: string): Promise<Manifest[]> {
    if (await isOld()) this.translate();
    const options = { maxBuffer: 16 * 1024 * 1024 };
    const { stdout } = await promisify(execFile)('kubectl', ['kustomize', join(this.folder, 'kubernetes', name)], options);
    return manifestsOf(stdout);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** Into the words of kubectl before 1.21, which Debian 12 has: folders are `bases`, and patches are named by what they are. */
  private translate(): void {
    for (const name of readdirSync(this.folder, { recursive: true, encoding: 'utf8' })) {
      if (basename(name) !== 'kustomization.yaml') continue;
      const path = join(this.folder, name);
      const { resources = [], bases = [], patches = [], ...others } = parse(readFileSync(path, 'utf8')) as Kustomization;
      const isFolder = (resource: string) => statSync(join(dirname(path), resource)).isDirectory();
      const old: Kustomization = {
        ...others,
        bases: [...bases, ...resources.filter(isFolder)],
        resources: resources.filter((resource) => !isFolder(resource)),
        patchesStrategicMerge: [...(others.patchesStrategicMerge ?? []), ...patches.map((patch) => patch.path)],
      };
      writeFileSync(path, stringify(old));
    }
  }
}

export function manifestsOf(text: string): Manifest[] {
  return parseAllDocuments(text).flatMap((document) => (document.toJS() as Manifest | null) ?? []);
}

async function isOld(): Promise<boolean> {
  const { stdout } = await promisify(execFile)('kubectl', ['version', '--client', '--output=json']);
  const { clientVersion } = JSON.parse(stdout) as { clientVersion: { minor: string } };
  return Number.parseInt(clientVersion.minor, 10) < 21;
}
