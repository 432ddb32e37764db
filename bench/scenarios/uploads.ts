import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Findings } from '../harness/bench.js';
import { NAMES, inOrder, startField, type Field, type Reach, type Way } from '../harness/field.js';
import { load, type Load, type LoadResult } from '../harness/load.js';
import { markdownTable } from '../harness/markdown.js';
import { mostResidentMiB, residentMiB } from '../harness/processor-time.js';
import { table } from '../harness/report.js';
import { newRecordings } from '../harness/requests.js';
import { compared, median, ratioOfThroughput, rounds, type Row } from '../harness/rounds.js';
import { atLeast, atMost } from '../harness/verdicts.js';

const CONNECTIONS = 16;
const BYTES = 5_000_000;
const MIB_IN_FLIGHT = (CONNECTIONS * BYTES) / 1024 ** 2;
const LOOK_EVERY = 50;
/** Ten seconds after it is ready the gateway loads the rest of its threads: 90 MB that are none of the uploads'. */
const ALL_LOADED_MILLISECONDS = 13_000;

const recordings = newRecordings(CONNECTIONS, BYTES);

/** By the name: how many times the bytes in flight the resident memory grew, at the most, in every round. */
type Growth = ReadonlyMap<string, number[]>;

/** Recordings of 5 MB on their way to the vendor. */
export async function uploads(bench: Bench): Promise<Findings> {
  const { rows, growth } = await measure(bench, 'all');
  const ratios = compared(rows, [NAMES.parlance, NAMES.portkey], ratioOfThroughput);
  return {
    markdown: `${table(`Uploads: wav of 5 MB, another each time, ${CONNECTIONS} connections`, rows)}\n${growthTable(growth)}\n`,
    verdicts: [
      atLeast({ name: "uploads: times Portkey's", unit: '', target: 3, raw: ratios }),
      atMost({
        name: 'uploads: memory, times the bytes in flight',
        unit: '',
        target: 1.5,
        raw: (growth.get(NAMES.parlance) ?? []).filter((value) => !Number.isNaN(value)),
      }),
    ],
  };
}

export async function uploadRows(bench: Bench, reach: Reach): Promise<Row[]> {
  return (await measure(bench, reach)).rows;
}

async function measure(bench: Bench, reach: Reach): Promise<{ rows: Row[]; growth: Growth }> {
  const { file } = await bench.speech();
  const field = await startField(bench, await bench.server('vendor', [file, 0, 0, 0]), reach);
  const milliseconds = bench.amount(2000, 700);
  await sleep(bench.amount(ALL_LOADED_MILLISECONDS, 0));
  const levels = await levelsOf(bench, field);
  const growth = new Map<string, number[]>();
  const contenders = field.ways.map((way) => ({
    name: way.name,
    run: async () => {
      let result: LoadResult | undefined;
      const most = await mostResidentMiB(way.server.pid, LOOK_EVERY, async () => {
        result = await send(way, CONNECTIONS, { milliseconds }, bench.steady);
      });
      growth.set(way.name, [...(growth.get(way.name) ?? []), (most - levels.get(way.name)!) / MIB_IN_FLIGHT]);
      return result!;
    },
  }));
  return { rows: inOrder(await rounds(contenders, bench.rounds), field.missing), growth };
}

/** MiB after recordings one after the other: what is kept of those at the same time counts as grown. */
async function levelsOf(bench: Bench, { ways }: Field): Promise<ReadonlyMap<string, number>> {
  const levels = new Map<string, number>();
  for (const way of ways) {
    await send(way, 1, { amount: bench.amount(60, 10) });
    levels.set(way.name, residentMiB(way.server.pid));
  }
  return levels;
}

function send({ server, headers }: Way, connections: number, until: Load['until'], steady?: Load['steady']): Promise<LoadResult> {
  const request = { ...recordings, headers: { ...recordings.headers, ...headers } };
  return load({ servers: [server], ...request, connections, until, ...(steady && { steady }) });
}

function growthTable(growth: Growth): string {
  const rows = [...growth].map(([name, times]) => [
    name,
    (Math.max(...times) * MIB_IN_FLIGHT).toFixed(0),
    median(times).toFixed(2),
    times.map((one) => one.toFixed(2)).join(' '),
  ]);
  const heading = ['', 'MiB at the most', 'times the bytes in flight', 'first round, to warm up, and every other'];
  return `Resident memory above what it was after recordings one after the other:\n\n${markdownTable([heading, ...rows])}\n`;
}
