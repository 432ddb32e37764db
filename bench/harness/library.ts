import { newTexts } from './requests.js';
import { ServerProcess } from './server-process.js';

/** What a library is to do in its process. */
export interface Job {
  texts: readonly string[];
  /** At a time. */
  callers: number;
  /** Over how long the callers begin, one after the other. */
  spreadMilliseconds: number;
  /** How long the audio of each text has to be. */
  bytes: number;
}

export interface Outcome {
  /** Milliseconds until the last byte, in the order of the texts; null where the audio was not there, or not whole. */
  times: readonly (number | null)[];
  milliseconds: number;
  /** Of the library's process. */
  processorMilliseconds: number;
}

/**
 * A library in a process of its own.
 * @param module relative to `bench/libraries`
 * @param vendors first choice first
 */
export async function startLibrary(
  start: typeof ServerProcess.start,
  module: string,
  vendors: readonly ServerProcess[],
): Promise<ServerProcess> {
  return start(new URL('../libraries/process.mjs', import.meta.url), [module, ...vendors.map(({ url }) => url)]);
}

/** Of each caller, until is seen whether the time is over. */
const CALLS_BETWEEN_LOOKS = 20;

export async function speakWith(library: ServerProcess, job: Job): Promise<Outcome> {
  return library.ask<Outcome>({ ...job });
}

/** Asks it for so long before anything counts: much code gets faster for thousands of calls, as that of servers does. */
export async function warmUpLibrary(library: ServerProcess, milliseconds: number, job: Omit<Job, 'texts'>): Promise<void> {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) await speakWith(library, { ...job, texts: newTexts(CALLS_BETWEEN_LOOKS * job.callers) });
}

/** What LiveKit's plugin gives of `bytes` of samples: frames of 100 ms at 24 kHz, without the rest. */
export function wholeFrames(bytes: number): number {
  return Math.round(bytes / 4800) * 4800;
}

export const isThere = (time: number | null): time is number => time !== null;
