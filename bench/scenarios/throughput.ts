import type { Bench, Findings } from '../harness/bench.js';
import { NAMES, provenField, roundsOver, startField, type Reach } from '../harness/field.js';
import { table } from '../harness/report.js';
import { newSpeech } from '../harness/requests.js';
import { compared, ratioOfThroughput, type Row } from '../harness/rounds.js';
import { atLeast } from '../harness/verdicts.js';

const CONNECTIONS = 32;

/** How many new texts get through. */
export async function throughput(bench: Bench): Promise<Findings> {
  const rows = await throughputRows(bench);
  const ratios = (other: string) => compared(rows, [NAMES.parlance, other], ratioOfThroughput);
  return {
    markdown: table(`Throughput: a new text each, 20 KB from a vendor that answers at once, ${CONNECTIONS} connections`, rows),
    verdicts: [
      atLeast({ name: "throughput: times Portkey's", unit: '', target: 8, raw: ratios(NAMES.portkey) }),
      atLeast({ name: "throughput: part of the bare proxy's", unit: '', target: 0.6, raw: ratios(NAMES.proxy) }),
    ],
  };
}

export async function throughputRows(bench: Bench, reach: Reach = 'all'): Promise<Row[]> {
  const { file, bytes } = await bench.speech();
  const vendor = await bench.server('vendor', [file, 0, 0, 0]);
  const field = await provenField(await startField(bench, vendor, reach), newSpeech, bytes);
  return roundsOver(bench, field, newSpeech, { connections: CONNECTIONS, milliseconds: bench.amount(2000, 700) });
}
