import { loadConfiguration } from '@parlance/configuration';
import type { Deployment } from 'kubernetes-types/apps/v1.js';
import type { Container, PodSpec } from 'kubernetes-types/core/v1.js';
import { imageUser } from './dockerfile.js';

/** For webhooks and connections, when the grace for answers and jobs is over. */
const CLOSING_SECONDS = 10;
const PROBES = { startupProbe: '/health/startup', livenessProbe: '/health/live', readinessProbe: '/health/ready' } as const;

type Check = readonly [good: boolean, problem: string];

/** What a pod of Parlance may do and should not, or lacks. */
export function podProblems({ spec }: Deployment): string[] {
  const pod = spec?.template.spec;
  const [container] = pod?.containers ?? [];
  if (pod === undefined || container === undefined) return ['there is no container'];
  const checks = [...rights(pod, container), ...probes(container), ...stopping(pod, container), ...files(pod, container)];
  return checks.filter(([good]) => !good).map(([, problem]) => problem);
}

function rights(pod: PodSpec, { securityContext, resources }: Container): Check[] {
  const { runAsNonRoot, runAsUser, seccompProfile } = pod.securityContext ?? {};
  const { drop = [], add = [] } = securityContext?.capabilities ?? {};
  return [
    [runAsNonRoot === true && runAsUser === imageUser(), 'it does not run as the user of the image'],
    [seccompProfile?.type === 'RuntimeDefault', 'it may call all of the system'],
    [securityContext?.allowPrivilegeEscalation === false, 'it may gain rights'],
    [securityContext?.readOnlyRootFilesystem === true, 'it may change its own files'],
    [drop.includes('ALL') && add.length === 0, 'it has capabilities'],
    [pod.automountServiceAccountToken === false, 'it has a token for the cluster'],
    [pod.enableServiceLinks === false, 'the cluster sets variables that look like settings'],
    [resources?.limits?.['memory'] !== undefined, 'it may take all memory'],
    [resources?.requests?.['memory'] !== undefined && resources.requests['cpu'] !== undefined, 'nothing is set aside for it'],
  ];
}

function probes(container: Container): Check[] {
  return Object.entries(PROBES).flatMap(([name, path]) => {
    const probe = container[name as keyof typeof PROBES]?.httpGet;
    return [
      [probe?.path === path, `${name} does not ask for ${path}`],
      [portsOf(container)[probe?.port ?? ''] === portsOf(container)['http'], `${name} asks at another port`],
    ] as Check[];
  });
}

function stopping(pod: PodSpec, { lifecycle }: Container): Check[] {
  const pause = lifecycle?.preStop?.sleep?.seconds ?? 0;
  const { delayMilliseconds, graceMilliseconds } = loadConfiguration({}).stop;
  const needed = pause + (delayMilliseconds + graceMilliseconds) / 1000 + CLOSING_SECONDS;
  return [
    [pause > 0, 'it is told to stop before everybody has heard of it'],
    [(pod.terminationGracePeriodSeconds ?? 30) >= needed, `it is killed before ${needed} seconds have passed`],
  ];
}

function files(pod: PodSpec, { volumeMounts = [], env = [] }: Container): Check[] {
  const volumes = (pod.volumes ?? []).map(({ name }) => name);
  const mounts = volumeMounts.map(({ mountPath }) => mountPath);
  const paths = env.flatMap(({ name, value = '' }) => (value.startsWith('/') ? [{ name, value }] : []));
  return [
    [['/data', '/tmp'].every((path) => mounts.includes(path)), 'it has nowhere to write'],
    ...volumeMounts.map(({ name }): Check => [volumes.includes(name), `there is no volume ${name}`]),
    ...paths.map(({ name, value }): Check => [mounts.some((path) => `${value}/`.startsWith(`${path}/`)), `${name} is not mounted`]),
  ];
}

/** The container's ports by their names, and by themselves. */
export function portsOf({ ports = [] }: Container): Record<string | number, number> {
  return Object.fromEntries(
    ports.flatMap(({ name = '', containerPort }) => [
      [name, containerPort],
      [containerPort, containerPort],
    ]),
  );
}
