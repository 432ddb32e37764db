import type { IServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import type { Deployment } from 'kubernetes-types/apps/v1.js';
import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2.js';
import type { Service } from 'kubernetes-types/core/v1.js';
import type { LabelSelector } from 'kubernetes-types/meta/v1.js';
import type { NetworkPolicy, NetworkPolicyPort } from 'kubernetes-types/networking/v1.js';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.js';
import type { Manifest } from './kustomize.js';
import { portsOf } from './pod-problems.js';

type Labels = Record<string, string>;

/** Names by which objects speak of each other and that lead nowhere. */
export function referenceProblems(manifests: readonly Manifest[]): string[] {
  const [deployment] = ofKind<Deployment>(manifests, 'Deployment');
  const labels = deployment?.spec?.template.metadata?.labels ?? {};
  const container = deployment?.spec?.template.spec?.containers[0];
  const ports = container === undefined ? {} : portsOf(container);
  const wrong = (object: { metadata?: { name?: string } }, problem: string) => `${object.metadata?.name}: ${problem}`;
  const selects = (selector: LabelSelector | undefined) => has(labels, selector?.matchLabels);
  const services = ofKind<Service>(manifests, 'Service');
  return [
    ...services.flatMap((one) => [
      ...(has(labels, one.spec?.selector) ? [] : [wrong(one, 'it is for no pod')]),
      ...(one.spec?.ports ?? [])
        .filter(({ targetPort = '' }) => !(targetPort in ports))
        .map(({ name }) => wrong(one, `its port ${name} leads nowhere`)),
    ]),
    ...ofKind<NetworkPolicy>(manifests, 'NetworkPolicy').flatMap((one) => [
      ...(selects(one.spec?.podSelector) ? [] : [wrong(one, 'it is for no pod')]),
      ...(one.spec?.ingress ?? [])
        .flatMap((rule) => rule.ports ?? [])
        .filter(({ port = '' }: NetworkPolicyPort) => !(port in ports))
        .map(({ port }) => wrong(one, `its port ${port} leads nowhere`)),
    ]),
    ...ofKind<PodDisruptionBudget>(manifests, 'PodDisruptionBudget')
      .filter(({ spec }) => !selects(spec?.selector))
      .map((one) => wrong(one, 'it is for no pod')),
    ...ofKind<HorizontalPodAutoscaler>(manifests, 'HorizontalPodAutoscaler')
      .filter(({ spec }) => spec?.scaleTargetRef.name !== deployment?.metadata?.name)
      .map((one) => wrong(one, 'it scales nothing')),
    ...ofKind<IServiceMonitor>(manifests, 'ServiceMonitor')
      .filter(({ spec }) => !watches(spec, services))
      .map((one) => wrong(one, 'it watches nothing')),
    ...manifests
      .filter(({ metadata }) => (metadata.namespace ?? metadata.name) !== 'parlance')
      .map((one) => wrong(one, 'it is in another namespace')),
    ...ofKind<Manifest>(manifests, 'Secret').map((one) => wrong(one, 'secrets are not kept here')),
  ];
}

export function ofKind<Kind>(manifests: readonly Manifest[], kind: string): Kind[] {
  return manifests.filter((manifest) => manifest.kind === kind) as Kind[];
}

function watches({ selector, endpoints }: IServiceMonitor['spec'], services: readonly Service[]): boolean {
  const watched = services.filter(({ metadata }) => has(metadata?.labels ?? {}, selector.matchLabels));
  const names = watched.flatMap(({ spec }) => (spec?.ports ?? []).map(({ name }) => name));
  return names.length > 0 && endpoints.every(({ port }) => names.includes(port));
}

function has(labels: Labels, wanted: Labels | undefined): boolean {
  const entries = Object.entries(wanted ?? {});
  return entries.length > 0 && entries.every(([name, value]) => labels[name] === value);
}
