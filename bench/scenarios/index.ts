import type { Scenario } from '../harness/bench.js';
import { cached } from './cached.js';
import { eventLoop } from './event-loop.js';
import { failover } from './failover.js';
import { firstAudio } from './first-audio.js';
import { library } from './library.js';
import { local } from './local.js';
import { longText } from './long-text.js';
import { overhead } from './overhead.js';
import { popular } from './popular.js';
import { replicas } from './replicas.js';
import { resilience } from './resilience.js';
import { start } from './start.js';
import { throughput } from './throughput.js';
import { transcription } from './transcription.js';
import { uploads } from './uploads.js';
import { users } from './users.js';

/** In the order in which they are run. */
export const SCENARIOS: readonly Scenario[] = [
  { name: 'overhead', secondsBefore: 65, secondsPerRound: 8, run: overhead },
  { name: 'throughput', secondsBefore: 65, secondsPerRound: 10, run: throughput },
  { name: 'uploads', secondsBefore: 30, secondsPerRound: 13, run: uploads },
  { name: 'cached', secondsBefore: 45, secondsPerRound: 6, run: cached },
  { name: 'first-audio', secondsBefore: 28, secondsPerRound: 19, run: firstAudio },
  { name: 'users', secondsBefore: 15, secondsPerRound: 28, run: users },
  { name: 'popular', secondsBefore: 10, secondsPerRound: 3, run: popular },
  { name: 'failover', secondsBefore: 60, secondsPerRound: 20, run: failover },
  { name: 'start', secondsBefore: 0, secondsPerRound: 6, run: start },
  { name: 'replicas', secondsBefore: 50, secondsPerRound: 10, run: replicas },
  { name: 'local', secondsBefore: 10, secondsPerRound: 5, run: local },
  { name: 'transcription', secondsBefore: 10, secondsPerRound: 8, run: transcription },
  { name: 'long-text', secondsBefore: 10, secondsPerRound: 3, run: longText },
  { name: 'event-loop', secondsBefore: 10, secondsPerRound: 3, run: eventLoop },
  { name: 'resilience', secondsBefore: 10, secondsPerRound: 40, run: resilience },
  { name: 'library', secondsBefore: 100, secondsPerRound: 30, run: library },
];
