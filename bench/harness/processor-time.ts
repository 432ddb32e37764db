import { readFileSync } from 'node:fs';

/** Milliseconds of processor that a process has used since it began. */
export interface ProcessorTime {
  main: number;
  /** With all its other threads, also those that have ended. */
  all: number;
}

/** Linux counts in hundredths of a second here, whatever its own clock is. */
const TICK_MILLISECONDS = 10;

/** Linux only: no other system tells of the threads of another process. */
export function processorTime(pid: number): ProcessorTime {
  const [nanoseconds] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ');
  const main = Number(nanoseconds) / 1e6;
  // The name, in brackets, may have spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return { main, all: Math.max(main, (Number(fields[11]) + Number(fields[12])) * TICK_MILLISECONDS) };
}

/** Milliseconds of processor of all its threads: NaN where the system does not tell. */
export function processorMilliseconds(pid: number): number {
  return toldBySystem(() => processorTime(pid).all);
}

/** Milliseconds of processor that everything on this machine has used since it started, over all cores. */
export function machineTime(): number {
  const [user, nice, system, _idle, _waiting, interrupt, softInterrupt, stolen] = readFileSync('/proc/stat', 'utf8')
    .split('\n')[0]!
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return [user, nice, system, interrupt, softInterrupt, stolen].reduce<number>((sum, ticks) => sum + (ticks ?? 0), 0) * TICK_MILLISECONDS;
}

/** Resident memory in MiB: NaN where the system does not tell. */
export function residentMiB(pid: number): number {
  return toldBySystem(() => {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) / 1024;
  });
}

/** Calls `work`, and looks every `interval` milliseconds meanwhile. @returns the most MiB that the process had */
export async function mostResidentMiB(pid: number, interval: number, work: () => Promise<unknown>): Promise<number> {
  let most = residentMiB(pid);
  const watch = setInterval(() => (most = Math.max(most, residentMiB(pid))), interval);
  try {
    await work();
  } finally {
    clearInterval(watch);
  }
  return Math.max(most, residentMiB(pid));
}

function toldBySystem(read: () => number): number {
  try {
    return read();
  } catch {
    return Number.NaN;
  }
}
