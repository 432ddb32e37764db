import type { Bench, Findings } from '../harness/bench.js';
import { NAMES, provenField, roundsOver, startField } from '../harness/field.js';
import { table } from '../harness/report.js';
import { newSpeech } from '../harness/requests.js';
import { compared, type Row } from '../harness/rounds.js';
import { atMost } from '../harness/verdicts.js';

/** What each way to the vendor adds to one request after the other. */
export async function overhead(bench: Bench): Promise<Findings> {
  const { file, bytes } = await bench.speech();
  const vendor = await bench.server('vendor', [file, 0, 0, 0]);
  const field = await provenField(await startField(bench, vendor), newSpeech, bytes);
  const milliseconds = bench.amount(1500, 500);
  const rows = await roundsOver(bench, field, newSpeech, { connections: 1, milliseconds });
  const added = addedBy(rows, NAMES.parlance);
  const portkey = addedBy(rows, NAMES.portkey);
  const shares = portkey.map((other, round) => added[round]! / other);
  return {
    markdown: `${table(`Overhead: one request after the other, a new text each, ${bytes} bytes from a vendor that answers at once`, rows)}\n${addedList(rows)}\n`,
    verdicts: [
      atMost({ name: 'overhead: added p50', unit: ' ms', target: 1, raw: added }),
      atMost({ name: "overhead: added p50, as a part of Portkey's", unit: '', target: 0.25, raw: shares }),
    ],
  };
}

/** Milliseconds of every round. */
function addedBy(rows: readonly Row[], name: string): number[] {
  return compared(rows, [name, NAMES.vendor], (way, vendor) => way.p50 - vendor.p50);
}

function addedList(rows: readonly Row[]): string {
  const measured = rows.filter(({ name, missing }) => name !== NAMES.vendor && missing === undefined);
  const lines = measured.map(
    ({ name }) =>
      `- ${name}: ${addedBy(rows, name)
        .map((value) => value.toFixed(2))
        .join(' ')}`,
  );
  return ['p50 above the vendor itself in every round, ms:', '', ...lines].join('\n');
}
