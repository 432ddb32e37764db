import type { Scenario } from './measured.js';

/** A vendor as quick as can be: what is seen is the gateway. */
const AT_ONCE = [0, 0] as const;
/** A vendor as they are: 1.8 seconds in the mean. */
const USUAL = [1600, 2000] as const;

/** The loads that are measured and predicted, by name. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'hit, 16 connections': load('hit', 16),
  'hit, 32 connections': load('hit', 32),
  'speech, 16 connections': load('speech', 16),
  'speech, 32 connections': load('speech', 32),
  'transcription, 16 connections': load('transcription', 16),
  'turn, 16 connections': load('turn', 16),
  'turn, 32 connections': load('turn', 32),
  'speech, 100 users, vendor of 1.8 s': load('speech', 100, { vendor: USUAL }),
  'speech, 500 users, vendor of 1.8 s': load('speech', 500, { vendor: USUAL }),
  'speech, 1000 users, vendor of 1.8 s': load('speech', 1000, { vendor: USUAL }),
  'hit, 32 connections, 2 replicas': load('hit', 32, { replicas: 2 }),
  'speech, 32 connections, 2 replicas': load('speech', 32, { replicas: 2 }),
  'speech, 32 connections, Redis': load('speech', 32, { deployment: 'single' }),
  'speech, 32 connections, 2 replicas, Redis': load('speech', 32, { deployment: 'shared', replicas: 2 }),
  'turn, 32 connections, 2 replicas, Redis': load('turn', 32, { deployment: 'shared', replicas: 2 }),
};

function load(kind: Scenario['kind'], callers: number, others: Partial<Scenario> = {}): Scenario {
  return { kind, callers, deployment: 'alone', replicas: 1, vendor: AT_ONCE, ...others };
}
