import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

interface Component {
  'bom-ref': string;
  group?: string;
  name: string;
  version: string;
  scope: string;
  licenses?: object[];
  hashes?: object[];
}

interface Bom {
  bomFormat: string;
  specVersion: string;
  metadata: { component: { name: string; version: string; 'bom-ref': string } };
  components: Component[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

interface Project {
  name: string;
  version: string;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

const ROOT = resolve(__dirname, '../..');
const { bomOf } = jest.requireActual<{ bomOf: (lock: object) => Bom }>('../../scripts/lib/sbom.mjs');

describe('bill of materials', () => {
  it('has what production needs with the versions that are nearest, and nothing of development', () => {
    const integrity = `sha512-${Buffer.from('ab'.repeat(64), 'hex').toString('base64')}`;
    const bom = bomOf({
      name: 'app',
      version: '1.0.0',
      packages: {
        '': { license: 'MIT', dependencies: { a: '1', '@s/b': '1' }, devDependencies: { d: '1' } },
        'node_modules/a': { version: '1.0.0', license: '(MIT OR ISC)', dependencies: { c: '2', d: '1' } },
        'node_modules/a/node_modules/c': { version: '2.0.0', license: 'SEE LICENSE IN x', dependencies: { '@s/b': '1' } },
        'node_modules/@s/b': { version: '1.0.0', integrity, optionalDependencies: { c: '1', absent: '1' } },
        'node_modules/c': { version: '1.0.0', name: 'real-c', optional: true },
        'node_modules/d': { version: '1.0.0', dev: true },
      },
    });
    expect(bom.metadata.component).toMatchObject({ name: 'app', version: '1.0.0', licenses: [{ license: { id: 'MIT' } }] });
    expect(bom.components).toMatchObject([
      { 'bom-ref': 'pkg:npm/%40s/b@1.0.0', group: '@s', name: 'b', hashes: [{ alg: 'SHA-512', content: 'ab'.repeat(64) }] },
      { 'bom-ref': 'pkg:npm/a@1.0.0', scope: 'required', licenses: [{ expression: '(MIT OR ISC)' }] },
      { 'bom-ref': 'pkg:npm/c@2.0.0', licenses: [{ license: { name: 'SEE LICENSE IN x' } }] },
      { 'bom-ref': 'pkg:npm/real-c@1.0.0', scope: 'optional' },
    ]);
    expect(Object.fromEntries(bom.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]))).toEqual({
      'pkg:npm/app@1.0.0': ['pkg:npm/%40s/b@1.0.0', 'pkg:npm/a@1.0.0'],
      'pkg:npm/a@1.0.0': ['pkg:npm/c@2.0.0'],
      'pkg:npm/c@2.0.0': ['pkg:npm/%40s/b@1.0.0'],
      'pkg:npm/%40s/b@1.0.0': ['pkg:npm/real-c@1.0.0'],
      'pkg:npm/real-c@1.0.0': [],
    });
  });

  it('of this project names each package that is installed for production, in its version', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(ROOT, 'scripts/sbom.mjs')], { maxBuffer: 64 * 1024 * 1024 });
    const bom = JSON.parse(stdout) as Bom;
    const project = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Project;
    expect(bom).toMatchObject({
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      metadata: { component: { name: project.name, version: project.version } },
    });
    const nameOf = ({ group, name }: Component) => (group === undefined ? name : `${group}/${name}`);
    const known = new Map(bom.components.map((component) => [`${nameOf(component)}@${component.version}`, component]));
    expect(known.size).toBe(bom.components.length);
    for (const name of Object.keys(project.dependencies)) {
      const { version } = JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')) as Project;
      expect(known.get(`${name}@${version}`)?.licenses).toBeDefined();
    }
    const names = bom.components.map(nameOf);
    for (const name of ['jest', 'oxlint', 'prettier']) {
      expect(existsSync(join(ROOT, 'node_modules', name))).toBe(true);
      expect(names).not.toContain(name);
    }
    const refs = new Set(bom.components.map((component) => component['bom-ref']));
    const roots = bom.dependencies.find(({ ref }) => ref === bom.metadata.component['bom-ref']);
    expect(roots?.dependsOn).toHaveLength(Object.keys(project.dependencies).length);
    for (const { dependsOn } of bom.dependencies) expect(dependsOn.filter((ref) => !refs.has(ref))).toEqual([]);
  });

  it('is not written for who asks for help', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(ROOT, 'scripts/sbom.mjs'), '--help']);
    expect(stdout).toMatch(/^npm run --silent sbom > sbom\.cdx\.json .*\n$/);
  });
});
