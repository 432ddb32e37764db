import { describeWithProgram } from '@parlance/testing';
import type { Deployment } from 'kubernetes-types/apps/v1.js';
import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2.js';
import type { ConfigMap, Container, PodSpec, Service } from 'kubernetes-types/core/v1.js';
import type { NetworkPolicy } from 'kubernetes-types/networking/v1.js';
import { Kustomizations, type Manifest } from './support/kustomize.js';
import { podProblems, portsOf } from './support/pod-problems.js';
import { ofKind, referenceProblems } from './support/reference-problems.js';
import { environmentProblems } from './support/settings.js';
import { typeProblems } from './support/type-problems.js';

const OVERLAYS = ['embedded', 'replicated'] as const;
type Overlay = (typeof OVERLAYS)[number];

describe('deploy/kubernetes', () => {
  describeWithProgram('kubectl', () => {
    let kustomizations: Kustomizations;
    let overlays: Record<Overlay, Manifest[]>;
    let monitoring: Manifest[];
    beforeAll(async () => {
      kustomizations = new Kustomizations();
      overlays = { embedded: await kustomizations.build('embedded'), replicated: await kustomizations.build('replicated') };
      monitoring = await kustomizations.build('monitoring');
    });
    afterAll(() => kustomizations.remove());

    const deploymentOf = (manifests: readonly Manifest[]) => ofKind<Deployment>(manifests, 'Deployment')[0]!;
    const podOf = (manifests: readonly Manifest[]) => deploymentOf(manifests).spec!.template.spec!;
    const containerOf = (manifests: readonly Manifest[]) => podOf(manifests).containers[0]!;
    const settingsOf = (manifests: readonly Manifest[]) => ofKind<ConfigMap>(manifests, 'ConfigMap');
    /** A copy of an overlay with one thing wrong. */
    const broken = (change: (pod: PodSpec, container: Container, manifests: Manifest[]) => void, overlay: Overlay = 'replicated') => {
      const manifests = structuredClone(overlays[overlay]);
      change(podOf(manifests), containerOf(manifests), manifests);
      return manifests;
    };

    it('have the fields of their kinds, and no others', () => {
      expect(typeProblems([...overlays.embedded, ...overlays.replicated, ...monitoring])).toEqual([]);
    });

    it('would be told to have others, too few or wrong ones', () => {
      const misspelt = deploymentOf(broken((_pod, container) => Object.assign(container, { readinesProbe: {} })));
      const lacking = deploymentOf(broken((_pod, container) => Reflect.deleteProperty(container, 'name')));
      const mistyped = deploymentOf(broken((pod) => Object.assign(pod, { terminationGracePeriodSeconds: '60' })));
      const [watching] = structuredClone(ofKind<Manifest & { spec: object }>(monitoring, 'ServiceMonitor'));
      Object.assign(watching!.spec, { endpoint: [] });
      const newer = { ...overlays.embedded[0]!, apiVersion: 'v9' };
      const problems = typeProblems([misspelt, lacking, mistyped, watching!, newer] as Manifest[]);
      expect(problems).toEqual([
        'Namespace: nothing is known of v9',
        expect.stringMatching(/^Deployment: .*'"readinesProbe"' does not exist in type 'Container'/),
        expect.stringMatching(/^Deployment: Property 'name' is missing .* required in type 'Container'/),
        expect.stringMatching(/^Deployment: Type 'string' is not assignable to type 'number'/),
        expect.stringMatching(/^ServiceMonitor: .*'"endpoint"' does not exist/),
      ]);
    });

    it.each(OVERLAYS)('%s gives a process no more than it needs, and time to end', (overlay) => {
      expect(podProblems(deploymentOf(overlays[overlay]))).toEqual([]);
    });

    it.each<[string, (pod: PodSpec, container: Container) => unknown]>([
      ['it does not run as the user of the image', (pod) => (pod.securityContext!.runAsUser = 0)],
      ['it may call all of the system', (pod) => delete pod.securityContext!.seccompProfile],
      ['it may gain rights', (_pod, container) => delete container.securityContext!.allowPrivilegeEscalation],
      ['it may change its own files', (_pod, container) => delete container.securityContext!.readOnlyRootFilesystem],
      ['it has capabilities', (_pod, container) => (container.securityContext!.capabilities!.add = ['NET_ADMIN'])],
      ['it has a token for the cluster', (pod) => delete pod.automountServiceAccountToken],
      ['the cluster sets variables that look like settings', (pod) => delete pod.enableServiceLinks],
      ['it may take all memory', (_pod, container) => delete container.resources!.limits],
      ['nothing is set aside for it', (_pod, container) => delete container.resources!.requests!['cpu']],
      ['livenessProbe does not ask for /health/live', (_pod, container) => (container.livenessProbe!.httpGet!.path = '/health/ready')],
      ['readinessProbe asks at another port', (_pod, container) => (container.readinessProbe!.httpGet!.port = 'metrics')],
      ['it is killed before 40 seconds have passed', (pod) => (pod.terminationGracePeriodSeconds = 30)],
      ['it has nowhere to write', (_pod, container) => container.volumeMounts!.shift()],
      ['there is no volume data', (pod) => (pod.volumes = pod.volumes!.filter(({ name }) => name !== 'data'))],
      ['PARLANCE_KEYS_FILE is not mounted', (_pod, container) => (container.volumeMounts = container.volumeMounts!.slice(0, 3))],
    ])('otherwise: %s', (problem, change) => {
      expect(podProblems(deploymentOf(broken(change)))).toContain(problem);
    });

    it.each(OVERLAYS)('%s sets what there is to be set, and no secret', (overlay) => {
      const manifests = overlays[overlay];
      expect(environmentProblems(containerOf(manifests), settingsOf(manifests))).toEqual([]);
    });

    it('would be told of settings that there are not, that cannot be used, or that are secrets', () => {
      const manifests = broken((_pod, container, all) => {
        container.env!.push({ name: 'PARLANCE_KEY_FILE', value: '/x' }, { name: 'S3_REGION', value: 'No Region' });
        Object.assign(settingsOf(all).find(({ metadata }) => metadata!.name!.startsWith('parlance-settings'))!.data!, {
          OPENAI_API_KEY: 'a-key',
        });
      });
      expect(environmentProblems(containerOf(manifests), settingsOf(manifests))).toEqual([
        'PARLANCE_KEY_FILE is no setting',
        'OPENAI_API_KEY is a secret and stands there',
        expect.stringContaining('S3_REGION'),
      ]);
    });

    it.each(OVERLAYS)('%s speaks of what is there', (overlay) => {
      expect(referenceProblems([...overlays[overlay], ...monitoring])).toEqual([]);
    });

    it('would be told of what leads nowhere', () => {
      const manifests = [
        ...broken((_pod, container, all) => {
          container.ports = container.ports!.filter(({ name }) => name !== 'metrics');
          ofKind<HorizontalPodAutoscaler>(all, 'HorizontalPodAutoscaler')[0]!.spec!.scaleTargetRef.name = 'gateway';
          ofKind<Service>(all, 'Service')[0]!.spec!.selector = { app: 'parlance' };
          all[0]!.kind = 'Secret';
        }),
        ...monitoring,
      ];
      expect(referenceProblems(manifests).toSorted()).toEqual([
        'parlance-metrics: its port metrics leads nowhere',
        'parlance: it is for no pod',
        'parlance: it scales nothing',
        'parlance: its port metrics leads nowhere',
        'parlance: secrets are not kept here',
      ]);
    });

    it('embedded is one process with a volume of its own', () => {
      const { spec } = deploymentOf(overlays.embedded);
      expect([spec?.replicas, spec?.strategy?.type]).toEqual([1, 'Recreate']);
      expect(podOf(overlays.embedded).volumes).toContainEqual({ name: 'data', persistentVolumeClaim: { claimName: 'parlance-data' } });
      expect(ofKind<Manifest>(overlays.embedded, 'PersistentVolumeClaim').map(({ metadata }) => metadata.name)).toEqual(['parlance-data']);
    });

    it('replicated has three at least, of which one may be away, and starts with all servers or not at all', () => {
      expect(deploymentOf(overlays.replicated).spec?.replicas).toBeUndefined();
      expect(ofKind<HorizontalPodAutoscaler>(overlays.replicated, 'HorizontalPodAutoscaler')).toMatchObject([{ spec: { minReplicas: 3 } }]);
      expect(ofKind<Manifest>(overlays.replicated, 'PodDisruptionBudget')).toMatchObject([{ spec: { maxUnavailable: 1 } }]);
      const secrets = containerOf(overlays.replicated).env!.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []);
      expect(
        secrets
          .filter(({ optional }) => optional !== true)
          .map(({ key }) => key)
          .toSorted(),
      ).toEqual(['PARLANCE_URL_SECRET', 'REDIS_URL', 'S3_ACCESS_KEY', 'S3_ENDPOINT', 'S3_SECRET_KEY']);
    });

    it.each(OVERLAYS)('%s shows metrics to nobody but whoever watches', (overlay) => {
      const ports = portsOf(containerOf(overlays[overlay]));
      expect(containerOf(overlays[overlay]).env).toContainEqual({ name: 'PARLANCE_METRICS_PORT', value: String(ports['metrics']) });
      const rules = ofKind<NetworkPolicy>(overlays[overlay], 'NetworkPolicy').flatMap(({ spec }) => spec?.ingress ?? []);
      const open = rules.filter(({ from = [] }) => from.length === 0).flatMap((rule) => (rule.ports ?? []).map(({ port }) => port));
      expect(open).toEqual(['http']);
      expect(ofKind<Service>(overlays[overlay], 'Service').flatMap(({ spec }) => spec!.ports!.map(({ targetPort }) => targetPort))).toEqual(
        ['http'],
      );
    });
  });
});
