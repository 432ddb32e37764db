import { CONNECTIONS_PER_ORIGIN } from '../../../libs/providers/src/http/connection-pools.js';
import { costsOf, inputOf, QUEUE_JOB, type Costs, type Measured } from '../measured.js';
import type { Assumptions } from './assumptions.js';
import { simulatePeak, type Peak } from './peak.js';

/** What a number of turns a day needs. */
export interface Step {
  perDay: number;
  people: number;
  /** Turns a second, in the mean and at the peak. */
  mean: number;
  top: number;
  replicas: number;
  peak: Peak;
  /** Share of requests that one account of each vendor would refuse, by how many it has under way. */
  refused: number;
  cores: number;
  memoryGiB: number;
  redis: { commands: number; GiB: number; nodes: number };
  /** What is in S3 when the first of it ends, and writes a second at the peak. */
  objects: { count: number; GB: number; writes: number };
  /** MB a second at the peak: from people, and to them. */
  megabytes: { in: number; out: number };
  limits: readonly Limit[];
  money: readonly (readonly [what: string, perDay: number])[];
}

/** How much of what one of something takes is wanted at the peak. */
export interface Limit {
  name: string;
  unit: string;
  wanted: number;
  bears: number;
  /** How more of it is had; absent: by no setting. */
  remedy: string;
}

const DAY_SECONDS = 86_400;
const GiB = 2 ** 30;

export function planStep(measured: Measured, assumptions: Assumptions, perDay: number): Step {
  const of = (name: string) => assumptions.of(name);
  const costs = costsOfTurn(measured, assumptions);
  const mean = perDay / DAY_SECONDS;
  const top = mean * of('peakFactor');
  const replicas = replicasFor(top, costs, assumptions);
  const people = perDay / of('turnsPerUser');
  const kept = redisBytes(measured, assumptions, perDay, people);
  const heard = perDay * of('shareHeard');
  const made = perDay * of('shareSpoken') * (1 - of('shareCached'));
  const [count, bytes] = [heard + perDay * of('shareSpoken'), heard * of('noteBytes') + perDay * of('shareSpoken') * of('replyBytes')];
  const nodes = Math.ceil(Math.max(kept / GiB / of('shardGiB'), (top * costs.redis) / 1000 / of('utilisation')));
  const fleet = { replicas, redisNodes: nodes, costs };
  const peak = simulatePeak(perDay, fleet, assumptions);
  const step = {
    perDay,
    people,
    mean,
    top,
    replicas,
    peak,
    refused: simulatePeak(perDay, { ...fleet, quota: of('vendorConcurrent') }, assumptions).refused,
    cores: replicas * of('coresPerReplica'),
    memoryGiB: (replicas * (inputOf(measured, 'shared/turn/residentMiB') + of('extraMiB'))) / 1024,
    redis: {
      commands: top * costs.redisCommands,
      GiB: kept / GiB,
      nodes,
    },
    objects: { count: count * of('objectDays'), GB: (bytes * of('objectDays')) / 1e9, writes: (top * count) / perDay },
    megabytes: {
      in: (top * of('shareHeard') * of('noteBytes')) / 1e6,
      out: (top * of('shareSpoken') * of('replyBytes')) / 1e6,
    },
  };
  return { ...step, limits: limitsOf(step, measured, assumptions, costs), money: moneyOf(step, assumptions, { heard, made }) };
}

/** Of a turn as the gateway with Redis does it, and of asking a model, which the measured graph does not. */
function costsOfTurn(measured: Measured, assumptions: Assumptions): Costs {
  const costs = costsOf(measured, 'shared', 'turn');
  return { ...costs, gateway: costs.gateway + assumptions.of('modelMilliseconds') };
}

/** As many as the main threads need, and as the connections to vendors need. */
function replicasFor(top: number, costs: Costs, assumptions: Assumptions): number {
  const utilisation = assumptions.of('utilisation');
  const seconds = ['transcription', 'model', 'speech'].map((vendor) => assumptions.meanSeconds(vendor));
  const byConnections = (top * Math.max(...seconds)) / (CONNECTIONS_PER_ORIGIN * utilisation);
  return Math.max(assumptions.of('leastReplicas'), Math.ceil(Math.max((top * costs.gateway) / 1000 / utilisation, byConnections)));
}

/** Cached speech, transcripts and records of turns for their time; conversations of all who came in theirs. */
function redisBytes(measured: Measured, assumptions: Assumptions, perDay: number, people: number): number {
  const [speech, turn] = [inputOf(measured, 'shared/speech/redisBytesKept'), inputOf(measured, 'shared/turn/redisBytesKept')];
  const made = assumptions.of('shareSpoken') * (1 - assumptions.of('shareCached'));
  const ofTurns = perDay * (assumptions.of('cacheHours') / 24) * (made * speech + Math.max(0, turn - speech));
  const known = people * (1 + (assumptions.of('threadDays') - 1) * (1 - assumptions.of('returningShare')));
  return ofTurns + known * assumptions.of('threadBytes');
}

type Needs = Pick<Step, 'top' | 'peak' | 'redis' | 'objects' | 'megabytes' | 'perDay' | 'replicas' | 'cores' | 'memoryGiB'>;

function limitsOf(
  { top, peak, redis, objects, megabytes, perDay }: Needs,
  measured: Measured,
  assumptions: Assumptions,
  costs: Costs,
): Limit[] {
  const of = (name: string) => assumptions.of(name);
  const spoken = of('shareSpoken') * (1 - of('shareCached'));
  const entries = perDay * (of('cacheHours') / 24) * Math.max(spoken, of('shareHeard'));
  const limit = (name: string, unit: string, wanted: number, bears: number, remedy: string) => ({ name, unit, wanted, bears, remedy });
  return [
    limit('main thread of one gateway', 'cores', (top * costs.gateway) / 1000, of('utilisation'), 'replicas'),
    limit('connections of one gateway to a vendor', 'requests', Math.max(...peak.underWay), CONNECTIONS_PER_ORIGIN, 'replicas'),
    limit('requests to one account, hearing', 'a minute', top * 60 * of('shareHeard'), of('vendorPerMinute'), 'quota, accounts'),
    limit('requests to one account, speaking', 'a minute', top * 60 * spoken, of('vendorPerMinute'), 'quota, accounts, cache'),
    limit(
      'characters of one account',
      'a minute',
      top * 60 * spoken * of('replyCharacters'),
      of('vendorCharactersPerMinute'),
      'quota, accounts',
    ),
    limit(
      'requests under way at one account',
      'requests',
      Math.max(peak.underWay[0], peak.underWay[2]),
      of('vendorConcurrent'),
      'quota, accounts',
    ),
    limit('processor of one Redis', 'cores', (top * costs.redis) / 1000, of('utilisation'), 'nodes of a cluster'),
    limit('memory of one Redis', 'GiB', redis.GiB, of('shardGiB'), 'nodes; a shorter time to live'),
    limit(
      'the queue of messages: one slot',
      'cores',
      (top * of('channelShare') * inputOf(measured, QUEUE_JOB)) / 1000,
      of('utilisation'),
      '',
    ),
    limit(
      "a provider's set of cached keys: one key",
      'GiB',
      (entries * inputOf(measured, 'shared/speech/tagBytes')) / GiB,
      of('tagKeyGiB'),
      '',
    ),
    limit('writes below one prefix of S3', 'a second', objects.writes / 2, of('putsPerPrefix'), 'agents, tenants; the store splits it'),
    limit('network of one machine', 'Mbit/s', (megabytes.in + megabytes.out) * 3 * 8, of('linkMegabits'), 'machines'),
  ];
}

function moneyOf(
  { perDay, cores, memoryGiB, redis, objects, megabytes }: Needs,
  assumptions: Assumptions,
  { heard, made }: { heard: number; made: number },
): Step['money'] {
  const of = (name: string) => assumptions.of(name);
  const perSecondOfMean = DAY_SECONDS / of('peakFactor');
  return [
    ['transcription', ((heard * of('noteSeconds')) / 60) * of('pricePerAudioMinute')],
    ['speech', ((made * of('replyCharacters')) / 1e6) * of('pricePerMillionCharacters')],
    ['chat model', perDay * of('pricePerModelCall')],
    ['gateways', 24 * (cores * of('pricePerCoreHour') + memoryGiB * of('pricePerGiBHour'))],
    ['Redis', 24 * redis.GiB * of('pricePerRedisGiBHour')],
    ['S3', (objects.GB * of('pricePerStoredGBMonth')) / 30 + (objects.count / of('objectDays') / 1000) * of('pricePerThousandPuts')],
    ['sent out', ((megabytes.out * perSecondOfMean) / 1000) * of('pricePerSentGB')],
  ];
}
