import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeWithProgram } from '@parlance/testing';
import { parse } from 'yaml';
import { startFakeGateway, type FakeGateway } from '../__fixtures__/fake-gateway.js';
import { MetricsRegistry } from './metrics-registry.js';
import { MetricsServer } from './metrics-server.js';
import { nodeMetrics } from './node-metrics.js';

const project = join(__dirname, '../../../..');
const read = (path: string) => readFileSync(join(project, path), 'utf8');
const ALERTS = 'deploy/prometheus/alerts.yaml';

interface Rule {
  alert: string;
  expr: string;
  annotations: { runbook: string };
}
interface Panel {
  title: string;
  type: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: { expr: string }[];
}

const rules = () => (parse(read(ALERTS)) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);
const dashboard = () => JSON.parse(read('deploy/grafana/parlance.json')) as { uid: string; panels: Panel[] };
const expressions = () => dashboard().panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

describe('metrics', () => {
  let gateway: FakeGateway;
  beforeAll(async () => {
    gateway = await startFakeGateway();
  });
  afterAll(() => gateway.close());

  const metrics = () => gateway.application.get(MetricsRegistry, { strict: false }).getMetricsAsArray();
  const labelsOf = (metric: object) => (metric as { labelNames: readonly string[] }).labelNames;
  /** With the names under which histograms are asked for. */
  const known = () =>
    [...metrics(), ...nodeMetrics().getMetricsAsArray()].flatMap(({ name, type }) =>
      String(type) === 'histogram' ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    );
  /** Of other metrics than ours nothing is asked but whether a process answers. */
  const asked = (expression: string) => [...expression.matchAll(/\b(?:parlance|nodejs|process)_[a-z0-9_]+/g)].map(([name]) => name);

  it('are read in the text format, and named by its conventions', async () => {
    const answer = await fetch(`${gateway.url}/metrics`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    const text = await answer.text();
    for (const metric of metrics()) {
      expect(text).toContain(`# HELP ${metric.name} ${metric.help}\n`);
      expect(metric.name).toMatch(/^parlance_[a-z]+(?:_[a-z]+)*$/);
      expect([metric.name, metric.name.endsWith('_total')]).toEqual([metric.name, String(metric.type) === 'counter']);
    }
  });

  it('are all in docs/metrics.md, with their labels', () => {
    const rows = [...read('docs/metrics.md').matchAll(/^\| `(parlance_\w+)` *\| (\w+) *\| (.*?) *\| (.*?) *\|$/gm)];
    const documented = rows.map(([, name, type, labels, meaning]) => ({ name, type, labels, meaning }));
    const measured = metrics().map((metric) => ({
      name: metric.name,
      type: String(metric.type),
      labels: labelsOf(metric)
        .map((label) => `\`${label}\``)
        .join(', '),
      meaning: metric.help,
    }));
    expect(documented.toSorted(byName)).toEqual(measured.toSorted(byName));
  });

  it('are all that the dashboard and the alerts ask for, and all of them are shown', () => {
    const names = known();
    const all = [...expressions(), ...rules().map(({ expr }) => expr)].flatMap(asked);
    expect(all.length).toBeGreaterThan(60);
    expect(all.filter((name) => !names.includes(name))).toEqual([]);
    const shown = new Set(
      expressions()
        .flatMap(asked)
        .map((name) => name.replace(/_bucket$/, '')),
    );
    expect(metrics().filter(({ name }) => !shown.has(name))).toEqual([]);
  });

  it('are shown in panels of which none lies on another', () => {
    const { uid, panels } = dashboard();
    expect(uid).toBe('parlance');
    const places = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_unused, index) => `${x + (index % w)} ${y + Math.floor(index / w)}`),
    );
    expect(new Set(places).size).toBe(places.length);
    expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  });

  it('have alerts, each with what to do', () => {
    const [, section = ''] = read('docs/operations.md').split(/^## Alerts$/m);
    const sections = [...section.matchAll(/^### (\w+)$/gm)].map(([, name]) => name);
    expect(rules().map(({ alert }) => alert)).toEqual(sections);
    for (const { alert, annotations } of rules()) expect(annotations.runbook).toBe(`docs/operations.md#${alert.toLowerCase()}`);
  });
});

describeWithProgram('promtool', () => {
  const promtool = (...parameters: string[]) => promisify(execFile)('promtool', parameters, { cwd: project, timeout: 60_000 });

  it('takes the rules, and each tells when it should and when it should not', async () => {
    expect((await promtool('check', 'rules', ALERTS)).stdout).toContain(`${rules().length} rules found`);
    const tests = 'deploy/prometheus/alerts.test.yaml';
    await expect(promtool('test', 'rules', tests)).resolves.toMatchObject({ stdout: expect.stringContaining('SUCCESS') });
    for (const { alert } of rules()) expect(read(tests).split(`alertname: ${alert}`)).toHaveLength(3);
  });

  it('finds nothing wrong with the metrics themselves', async () => {
    const gateway = await startFakeGateway();
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    await gateway.close();
    const checking = promisify(execFile)('promtool', ['check', 'metrics'], { timeout: 60_000 });
    // Names of Node's own metrics are not ours to choose.
    checking.child.stdin?.end(text.slice(0, text.indexOf('# HELP process_')));
    await expect(checking).resolves.toMatchObject({ stdout: '', stderr: '' });
  });
});

describe('metrics on the port of everything else', () => {
  it('are for operators, where keys are configured', async () => {
    const gateway = await startFakeGateway({ PARLANCE_API_KEYS: 'a-key-of-the-tests', PARLANCE_ADMIN_KEYS: 'a-key-of-operators' });
    const status = async (key?: string) =>
      (await fetch(`${gateway.url}/metrics`, { headers: key === undefined ? {} : { authorization: `Bearer ${key}` } })).status;
    expect([await status(), await status('a-key-of-the-tests'), await status('a-key-of-operators')]).toEqual([401, 403, 200]);
    await gateway.close();
  });
});

describe('metrics on a port of their own', () => {
  it('are there without a key, nowhere else, and end with the gateway', async () => {
    const gateway = await startFakeGateway({ PARLANCE_METRICS_PORT: '0', PARLANCE_API_KEYS: 'a-key-of-the-tests' });
    const url = `http://127.0.0.1:${gateway.application.get(MetricsServer, { strict: false }).port}`;
    const authorization = { authorization: 'Bearer a-key-of-the-tests' };
    const answer = await fetch(`${url}/metrics?name=x`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    expect(await answer.text()).toContain('parlance_build_info{');
    expect((await fetch(`${gateway.url}/metrics`, { headers: authorization })).status).toBe(404);
    expect((await fetch(`${url}/v1/providers`, { headers: authorization })).status).toBe(404);
    expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(404);
    await gateway.close();
    await expect(fetch(`${url}/metrics`)).rejects.toThrow('fetch failed');
  });
});

function byName({ name: one = '' }: { name?: string | undefined }, { name: other = '' }: { name?: string | undefined }): number {
  return one < other ? -1 : 1;
}
