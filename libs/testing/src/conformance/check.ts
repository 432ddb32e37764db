/** One thing every implementation of a port must do. Rejects when the subject does not. */
export interface Check<Subject> {
  name: string;
  run(subject: Subject): Promise<void>;
}

export interface Prepared<Subject> {
  subject: Subject;
  /** Frees what was opened for it. */
  close?(): Promise<void>;
}

/** Registers one test per check, each with a subject of its own. */
export function describeChecks<Subject>(name: string, checks: readonly Check<Subject>[], prepare: () => Promise<Prepared<Subject>>): void {
  describe(name, () => {
    it.each(checks.map((check) => [check.name, check] as const))('%s', (_name, check) => runCheck(check, prepare));
  });
}

/** The names of the checks a subject does not pass: what a suite is itself tested by. */
export async function failingChecks<Subject>(
  checks: readonly Check<Subject>[],
  prepare: () => Promise<Prepared<Subject>>,
): Promise<string[]> {
  const results = await Promise.allSettled(checks.map((check) => runCheck(check, prepare)));
  return checks.filter((_check, index) => results[index]?.status === 'rejected').map((check) => check.name);
}

async function runCheck<Subject>(check: Check<Subject>, prepare: () => Promise<Prepared<Subject>>): Promise<void> {
  const prepared = await prepare();
  try {
    await check.run(prepared.subject);
  } finally {
    await prepared.close?.();
  }
}

/** Milliseconds between two looks: at first, and at most. */
const FIRST_PAUSE = 10;
const LONGEST_PAUSE = 200;

/** Whether it does, for who tries until it does; why not is not of interest. */
export function succeeds(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}

/**
 * Waits until the condition holds; rejects after the deadline, which only ends what hangs: a busy machine may let a test
 * process wait for seconds. The longer it takes, the less often it looks: what asks a server a hundred times a second
 * keeps a core busy with asking.
 */
export async function eventually(condition: () => Promise<boolean>, message: string, deadlineMilliseconds = 20_000): Promise<void> {
  const began = Date.now();
  while (!(await condition())) {
    const waited = Date.now() - began;
    if (waited > deadlineMilliseconds) throw new Error(message);
    const pause = Math.min(LONGEST_PAUSE, Math.max(FIRST_PAUSE, waited / 20));
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
