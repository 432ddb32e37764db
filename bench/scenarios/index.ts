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
import { throughput } from './throughput.js';
import { transcription } from './transcription.js';
import { uploads } from './uploads.js';
import { users } from './users.js';

/** In the order in which they are run. */
export const SCENARIOS: readonly Scenario[] = [
  { name: 'overhead', secondsPerRound: 8, run: overhead },
  { name: 'throughput', secondsPerRound: 10, run: throughput },
  { name: 'uploads', secondsPerRound: 13, run: uploads },
  { name: 'cached', secondsPerRound: 6, run: cached },
  { name: 'first-audio', secondsPerRound: 13, run: firstAudio },
  { name: 'users', secondsPerRound: 28, run: users },
  { name: 'popular', secondsPerRound: 3, run: popular },
  { name: 'failover', secondsPerRound: 20, run: failover },
  { name: 'replicas', secondsPerRound: 10, run: replicas },
  { name: 'local', secondsPerRound: 5, run: local },
  { name: 'transcription', secondsPerRound: 8, run: transcription },
  { name: 'long-text', secondsPerRound: 3, run: longText },
  { name: 'event-loop', secondsPerRound: 3, run: eventLoop },
  { name: 'resilience', secondsPerRound: 40, run: resilience },
  { name: 'library', secondsPerRound: 30, run: library },
];
