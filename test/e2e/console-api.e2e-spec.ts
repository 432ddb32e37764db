import { LiveEvents } from '../../apps/gateway/src/__fixtures__/live-events.js';
import type { Status } from '../../apps/gateway/src/status/status.types.js';
import type { TraceRecord } from '../../apps/gateway/src/traces/trace-record.js';
import { spokenAudio, SPOKEN_TEXT } from '@parlance/testing';
import { newText, speak } from '../chaos/support/ask.js';
import { startFleet, type Fleet } from '../chaos/support/fleet.js';

const KEYS = { operator: 'a-key-of-operators', client: 'a-key-of-clients' };
const ENVIRONMENT = {
  PARLANCE_ADMIN_KEYS: KEYS.operator,
  PARLANCE_API_KEYS: KEYS.client,
  // Nothing here waits for a provider that is slow.
  PARLANCE_FIRST_BYTE_MILLISECONDS: '20000',
  PARLANCE_IDLE_MILLISECONDS: '20000',
};

describe('what operators see of requests', () => {
  let fleet: Fleet;
  beforeAll(async () => {
    fleet = await startFleet({ environment: ENVIRONMENT });
  });
  afterAll(() => fleet.close());
  beforeEach(() => fleet.reset());

  const headers = (who: keyof typeof KEYS) => ({ authorization: `Bearer ${KEYS[who]}` });
  const get = (path: string, { url } = fleet, who: keyof typeof KEYS = 'operator') => fetch(`${url}/v1/${path}`, { headers: headers(who) });
  const traceOf = async (id: string | null, of = fleet) => (await (await get(`traces/${id}`, of)).json()) as TraceRecord;
  const say = (input: string, of = fleet) => speak(of, { input, format: 'wav', headers: headers('client') });

  it('a request that falls back is shown as it went, under the id of its answer, without its text', async () => {
    const events = await LiveEvents.open<TraceRecord>(`${fleet.url}/v1/traces`, 'trace', headers('operator'));
    fleet.first.standIn.fail({ kind: 'reply', status: 500, body: '' });
    const input = newText();
    const before = Date.now();
    const answer = await say(input);
    const id = answer.headers.get('x-request-id');
    expect(answer).toMatchObject({ status: 200, provider: 'second' });
    const record = await events.until((one) => one.id === id);
    await events.leave();
    expect(record).toEqual(await traceOf(id));
    expect(record).toMatchObject({ operation: 'speak', route: '/v1/audio/speech', tenant: 'default', outcome: 'ok' });
    expect(record.trace).toMatchObject({
      plan: [{ provider: 'first' }, { provider: 'second' }],
      attempts: [
        { provider: 'first', outcome: 'server' },
        { provider: 'second', outcome: 'ok' },
      ],
      cache: 'miss',
      servedBy: { provider: 'second' },
    });
    const { attempts, lookUpMilliseconds = -1, firstAudioMilliseconds = -1, totalMilliseconds = -1 } = record.trace;
    const [first, second] = attempts;
    const inOrder = [0, lookUpMilliseconds, first!.startMilliseconds, second!.startMilliseconds, firstAudioMilliseconds, totalMilliseconds];
    expect(inOrder).toEqual(inOrder.toSorted((one, other) => one - other));
    expect(Date.parse(record.at)).toBeGreaterThanOrEqual(before);
    expect(JSON.stringify(record)).not.toContain(input);
    expect(record).not.toHaveProperty('content');
  });

  it('a text of several pieces shows where each begins in its audio', async () => {
    const answer = await say('One sentence is here. Another one comes then. '.repeat(30));
    const { trace } = await traceOf(answer.headers.get('x-request-id'));
    const { pieces = [] } = trace;
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces).toHaveLength(trace.segments);
    const end = pieces.at(-1)!.startSeconds + pieces.at(-1)!.seconds;
    // 16 bits of mono after the header.
    const seconds = (answer.bytes.length - 44) / 2 / answer.bytes.readUInt32LE(24);
    expect(Math.abs(end - seconds)).toBeLessThan(0.1);
  });

  it('a provider that is left out, and a failure, are shown too', async () => {
    await fetch(`${fleet.url}/v1/providers/first/breaker`, {
      method: 'POST',
      headers: { ...headers('operator'), 'content-type': 'application/json' },
      body: JSON.stringify({ action: 'open' }),
    });
    fleet.second.standIn.fail({ kind: 'reply', status: 500, body: '' });
    const answer = await say(newText());
    expect(answer.status).toBe(503);
    const { outcome, trace } = await traceOf(answer.headers.get('x-request-id'));
    expect(outcome).toBe('unavailable');
    expect(trace).toMatchObject({
      plan: [{ provider: 'second' }],
      skipped: [{ provider: 'first', reason: expect.any(String) }],
      attempts: [{ provider: 'second', outcome: 'server' }],
    });
  });

  it.each(['status', 'traces', 'traces/x'])('%s is for operators', async (path) => {
    expect([(await fetch(`${fleet.url}/v1/${path}`)).status, (await get(path, fleet, 'client')).status]).toEqual([401, 403]);
  });

  it('with content switched on it has what was spoken and heard, and the log does not; streams end with the process', async () => {
    const open = await startFleet({ environment: { ...ENVIRONMENT, PARLANCE_TRACE_CONTENT: 'true' }, beside: fleet });
    const input = newText();
    const { headers: told } = await say(input, open);
    expect((await traceOf(told.get('x-request-id'), open)).content).toEqual({ text: input });
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(spokenAudio('wav'))]), 'a.wav');
    const heard = await fetch(`${open.url}/v1/voice/transcribe`, { method: 'POST', headers: headers('client'), body: form });
    expect((await traceOf(heard.headers.get('x-request-id'), open)).content).toEqual({ transcript: SPOKEN_TEXT });
    const traces = await LiveEvents.open<TraceRecord>(`${open.url}/v1/traces?replay=1`, 'trace', headers('operator'));
    const status = await LiveEvents.open<Status>(`${open.url}/v1/status`, 'status', headers('operator'));
    expect(await status.next()).toMatchObject({ requests: { active: 0, speak: { ok: 1 }, transcribe: { ok: 1 } }, cache: { misses: 2 } });
    expect(await traces.next()).toMatchObject({ operation: 'transcribe' });
    // It fails where the log has the text.
    const closed = open.close();
    expect(await traces.next()).toBeUndefined();
    await status.until(({ state }) => state === 'stopping');
    expect(await status.next()).toBeUndefined();
    await closed;
  });
});
