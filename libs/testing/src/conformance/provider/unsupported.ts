import assert from 'node:assert/strict';
import { ParlanceError, type Warning } from '@parlance/contracts';
import { assertCode, type AnyBench } from './check-tools.js';

/** What was asked for and cannot be done is told, one way or the other, without the key. */
export async function assertWarnsOrRefuses(
  { goodKey }: AnyBench,
  call: Promise<{ warnings: readonly Warning[] }>,
  settings: readonly string[],
): Promise<void> {
  const what = `With ${settings.join(', ')}`;
  const outcome = await call.catch((error: unknown) => error);
  if (outcome instanceof ParlanceError) {
    assertCode(outcome, ['unsupported', 'invalid'], what);
    return;
  }
  assert(!(outcome instanceof Error), `${what}: ${String(outcome)}`);
  const { warnings } = outcome as { warnings: readonly Warning[] };
  assert(
    warnings.some(({ code }) => code === 'unsupported_option' || code === 'clipped'),
    `${what}: it was left out in silence.`,
  );
  for (const { message } of warnings) {
    assert.notEqual(message, '', `${what}: the warning says something`);
    assert(!message.includes(goodKey), `${what}: the warning holds the key.`);
  }
}
