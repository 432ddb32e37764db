import type { Bench, Findings } from '../harness/bench.js';
import { load } from '../harness/load.js';
import { table } from '../harness/report.js';
import { newText, speechBody, speechHeaders, speechPath } from '../harness/requests.js';
import { rounds } from '../harness/rounds.js';

const CONNECTIONS = 8;

/** New texts through the embedded engine. */
export async function local(bench: Bench): Promise<Findings> {
  const { file } = await bench.speech();
  const gateway = await bench.gateway();
  const bare = await bench.server('bare-server', [file, 'audio/mpeg']);
  const body = () => speechBody(`${newText()} It runs along the old river bank.`, 'local/flite');
  const same = { headers: speechHeaders, body, connections: CONNECTIONS, until: { amount: bench.amount(48, 16) } };
  const rows = await rounds(
    [
      { name: 'Parlance, local engine, a new text each', run: () => load({ servers: [gateway], path: speechPath, ...same }) },
      { name: 'bare node:http', run: () => load({ servers: [bare], path: '/', ...same }) },
    ],
    bench.rounds,
  );
  return { markdown: table(`Uncached speech, ${CONNECTIONS} connections`, rows), verdicts: [] };
}
