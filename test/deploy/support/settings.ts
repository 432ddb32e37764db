import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { environmentVariables, loadConfiguration } from '@parlance/configuration';
import { providerVariables } from '@parlance/providers';
import type { ConfigMap, Container } from 'kubernetes-types/core/v1.js';
import { imageEnvironment } from './dockerfile.js';

/** What operators put into secrets. */
const SECRETS: Readonly<Record<string, string>> = {
  PARLANCE_URL_SECRET: 'a secret of sixteen characters',
  REDIS_URL: 'redis://redis.example.com:6379',
  S3_ENDPOINT: 'https://s3.example.com',
  S3_ACCESS_KEY: 'access',
  S3_SECRET_KEY: 'secret',
};

/** Variables that Parlance, its vendors' accounts and Node read. */
export function knownVariables(): string[] {
  return [...environmentVariables(), ...providerVariables()].map(({ name }) => name).concat('NODE_EXTRA_CA_CERTS', 'NODE_ENV');
}

export function secretVariables(): string[] {
  return [...environmentVariables(), ...providerVariables()].filter(({ secret }) => secret).map(({ name }) => name);
}

/** What is wrong with all that a container is given, read as its process reads it at its start. */
export function environmentProblems({ env = [], envFrom = [] }: Container, maps: readonly ConfigMap[]): string[] {
  const dataOf = (name: string | undefined) => maps.find(({ metadata }) => metadata?.name === name)?.data ?? {};
  const literals = env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]));
  const secrets = env.flatMap(({ name, valueFrom }) =>
    valueFrom === undefined ? [] : [[name, valueFrom.secretKeyRef?.key ?? ''] as const],
  );
  const written = [...envFrom.flatMap(({ configMapRef }) => Object.entries(dataOf(configMapRef?.name))), ...literals];
  const given = secrets.map(([name, key]) => [name, SECRETS[key]] as const);
  const all = { ...imageEnvironment(), ...Object.fromEntries([...written, ...given]) } as Record<string, string | undefined>;
  const file = basename(all['PARLANCE_CONFIG_FILE'] ?? '');
  const configuration = maps.flatMap(({ data }) => data?.[file] ?? [])[0];
  return [
    ...missing(Object.keys(all), knownVariables()).map((name) => `${name} is no setting`),
    ...written.filter(([name]) => secretVariables().includes(name)).map(([name]) => `${name} is a secret and stands there`),
    ...secrets.filter(([name, key]) => name !== key).map(([name]) => `${name} has another name in its secret`),
    ...(configuration === undefined ? [`nothing has the file ${file}`] : loadProblems(all, configuration)),
  ];
}

function missing(names: readonly string[], known: readonly string[]): string[] {
  return names.filter((name) => !known.includes(name));
}

/** What `loadConfiguration` has against an environment, with no API key in the file of keys. */
export function loadProblems(environment: Readonly<Record<string, string | undefined>>, configuration: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'parlance-settings-'));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  try {
    const files = { PARLANCE_CONFIG_FILE: file('configuration.yaml', configuration), PARLANCE_KEYS_FILE: file('keys.yaml', '[]') };
    return [...loadConfiguration({ ...environment, ...files }).warnings];
  } catch (error) {
    return [(error as Error).message];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
