import type { Fault } from '@parlance/testing';

/** The vendor answers (`late`), or goes on in the middle of its answer (`gate`), when it is released. */
export function held(kind: 'gate' | 'late'): { fault: Fault; release: () => void } {
  let release = (): void => undefined;
  const fault: Fault = { kind, release: new Promise<void>((resolve) => (release = resolve)) };
  return { fault, release: () => release() };
}
