import type { Bench, Findings } from '../harness/bench.js';
import { newTexts } from '../harness/requests.js';
import { users } from '../harness/users.js';
import { atLeast } from '../harness/verdicts.js';
import { VENDOR } from './users.js';

const USERS = 1000;
const TEXTS = 5;

/** Many users at the same time who ask for a few texts: how many of them the vendor hears of. */
export async function popular(bench: Bench): Promise<Findings> {
  const { file, bytes } = await bench.speech();
  const vendor = await bench.server('vendor', [file, VENDOR.base, 0, VENDOR.spread]);
  const gateway = await bench.gatewayTo([vendor], 'popular');
  const size = bench.amount(USERS, 500);
  const calls: number[] = [];
  let failed = 0;
  for (let round = 0; round < bench.rounds; round++) {
    const texts = newTexts(TEXTS);
    const asked = await users(
      gateway,
      Array.from({ length: size }, (_, index) => [texts[index % TEXTS]!]),
      bytes,
    );
    failed += asked.failed;
    calls.push((await vendor.ask<{ calls: number }>('calls')).calls);
  }
  const markdown = [
    `### Popular: ${size} users at the same time, ${TEXTS} texts, a vendor that takes ${VENDOR.base} to ${VENDOR.base + VENDOR.spread} ms\n`,
    `calls to the vendor in every round: ${calls.join(' ')}; requests that failed: ${failed}`,
    '',
  ].join('\n');
  const raw = calls.map((count) => 100 * (1 - count / size));
  return { markdown, verdicts: [atLeast({ name: 'popular: from the cache, or made for another', unit: ' %', target: 99, raw })] };
}
