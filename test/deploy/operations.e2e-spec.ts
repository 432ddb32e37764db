import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadConfiguration } from '@parlance/configuration';
import { describeWithProgram } from '@parlance/testing';
import type { Deployment } from 'kubernetes-types/apps/v1.js';
import type { ConfigMap } from 'kubernetes-types/core/v1.js';
import { parse } from 'yaml';
import { DEPLOY, Kustomizations, manifestsOf, type Manifest } from './support/kustomize.js';
import { ofKind } from './support/reference-problems.js';
import { environmentProblems, knownVariables } from './support/settings.js';
import { typeProblems } from './support/type-problems.js';

const ROOT = join(DEPLOY, '..');
const text = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');

describe('docs/operations.md', () => {
  it('names settings that there are', () => {
    const names = new Set(text.match(/\b(?:PARLANCE|S3)_[A-Z0-9_]+\b/g));
    expect(names.size).toBeGreaterThan(20);
    expect([...names].filter((name) => !knownVariables().includes(name))).toEqual([]);
  });

  it('tells the seconds of a process that is replaced as its manifest and its settings have them', () => {
    const manifest = parse(readFileSync(join(DEPLOY, 'kubernetes/base/deployment.yaml'), 'utf8')) as Deployment;
    const { containers, terminationGracePeriodSeconds } = manifest.spec!.template.spec!;
    const told = containers[0]!.lifecycle!.preStop!.sleep!.seconds;
    const { delayMilliseconds, graceMilliseconds } = loadConfiguration({}).stop;
    const refuses = told + delayMilliseconds / 1000;
    const ends = refuses + graceMilliseconds / 1000;
    const [, rows = ''] = /^\| seconds .*\n\| -.*\n((?:\|.*\n)+)/m.exec(text) ?? [];
    const seconds = rows
      .trim()
      .split('\n')
      .map((row) => row.split('|')[1]!.trim());
    expect(seconds).toEqual([
      '0',
      `${told}`,
      `${refuses}`,
      `${refuses}-${ends}`,
      `${ends}-${ends + 10}`,
      `${terminationGracePeriodSeconds}`,
    ]);
  });

  it('has a command that makes a rule of the alerts, without a second copy of them', async () => {
    const [, command = ''] = /^(sed .*deploy\/prometheus\/alerts\.yaml .*) \| kubectl apply -f -$/m.exec(text) ?? [];
    const { stdout } = await promisify(execFile)('sh', ['-c', command], { cwd: ROOT });
    const [rule, ...others] = manifestsOf(stdout) as (Manifest & { spec: object })[];
    expect(others).toEqual([]);
    expect(typeProblems([rule!])).toEqual([]);
    expect(rule).toMatchObject({
      kind: 'PrometheusRule',
      spec: parse(readFileSync(join(DEPLOY, 'prometheus/alerts.yaml'), 'utf8')) as object,
    });
  });

  describeWithProgram('kubectl', () => {
    let kustomizations: Kustomizations;
    let manifests: Manifest[];
    beforeAll(async () => {
      const [, overlay = ''] = /^```yaml\n# deploy\/kubernetes\/production\/kustomization\.yaml\n([\s\S]*?)^```$/m.exec(text) ?? [];
      kustomizations = new Kustomizations();
      kustomizations.add('production', overlay);
      manifests = await kustomizations.build('production');
    });
    afterAll(() => kustomizations.remove());

    it("has an overlay of one's own that brings its image and its settings", () => {
      const container = ofKind<Deployment>(manifests, 'Deployment')[0]!.spec!.template.spec!.containers[0]!;
      const maps = ofKind<ConfigMap>(manifests, 'ConfigMap');
      expect(container.image).toBe('images.example.com/parlance:0.1.0');
      expect(environmentProblems(container, maps)).toEqual([]);
      const settings = maps.find(({ metadata }) => metadata?.name === container.envFrom?.[0]?.configMapRef?.name)?.data;
      expect(settings).toMatchObject({ PARLANCE_LOG_FORMAT: 'json', PARLANCE_PUBLIC_URL: 'https://parlance.example.com' });
    });

    it('has all secrets that a process does not start without', () => {
      const [, file = ''] = /^ {2}cat > parlance\.env <<END\n([\s\S]*?)^END$/m.exec(text) ?? [];
      const names = file
        .trim()
        .split('\n')
        .map((line) => line.split('=', 1)[0]);
      expect(names.filter((name) => !knownVariables().includes(name!))).toEqual([]);
      const { env = [] } = ofKind<Deployment>(manifests, 'Deployment')[0]!.spec!.template.spec!.containers[0]!;
      const needed = env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef?.key ?? []);
      expect(needed.length).toBeGreaterThan(3);
      expect(needed.filter((name) => !names.includes(name))).toEqual([]);
    });
  });
});
