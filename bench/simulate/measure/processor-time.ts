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

/** Milliseconds of processor that everything on this machine has used since it started, over all cores. */
export function machineTime(): number {
  const [user, nice, system, _idle, _waiting, interrupt, softInterrupt, stolen] = readFileSync('/proc/stat', 'utf8')
    .split('\n')[0]!
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return [user, nice, system, interrupt, softInterrupt, stolen].reduce<number>((sum, ticks) => sum + (ticks ?? 0), 0) * TICK_MILLISECONDS;
}

/** Resident memory in MiB. */
export function residentMiB(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}
