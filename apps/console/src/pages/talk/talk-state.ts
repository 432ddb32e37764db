import { signal } from '@preact/signals';
import { toApiError, type ApiError } from '../../api/api-error.js';
import { readEvents } from '../../api/events.js';
import { call } from '../../api/request.js';
import type { TurnEvent } from '../../api/types.js';
import { FORMATS, type Format } from '../../audio/formats.js';
import { Player } from '../../audio/player.js';
import { after, begun, type Exchange } from './conversation.js';

/** What browsers play as it comes. */
const FORMAT = 'mp3' satisfies Format;

/** The conversation; it stays while another page is looked at. */
export const agent = signal('');
export const exchanges = signal<readonly Exchange[]>([]);
export const isBusy = signal(false);
export const problem = signal<ApiError | undefined>(undefined);
export const player = new Player();

let thread = newThread();
let controller = new AbortController();

export async function sendText(text: string): Promise<void> {
  await send(begun(nextId(), text, false), { json: { ...fields(), text } });
}

export async function sendVoice(recording: File): Promise<void> {
  const form = new FormData();
  for (const [field, value] of Object.entries(fields())) form.append(field, value);
  form.append('file', recording, recording.name);
  await send({ ...begun(nextId(), '', true), unsent: recording }, { form });
}

/** A recording that has not arrived takes its place at the end of the conversation. */
export async function sendAgain({ id, unsent }: Exchange): Promise<void> {
  exchanges.value = exchanges.value.filter((known) => known.id !== id);
  if (unsent !== undefined) await sendVoice(unsent);
}

/** Ends the turn under way: its sender leaves. */
export function stop(): void {
  controller.abort();
  player.pause();
}

/** Nothing of the one before is remembered. */
export function startAnew(): void {
  stop();
  thread = newThread();
  exchanges.value = [];
  problem.value = undefined;
  player.clear();
}

export async function hearAgain(audio: Blob): Promise<void> {
  const opened = player.open(audio);
  player.toggle();
  await opened;
}

async function send(exchange: Exchange, body: { json: unknown } | { form: FormData }): Promise<void> {
  stop();
  const { signal: ended } = (controller = new AbortController());
  exchanges.value = [...exchanges.value, exchange];
  isBusy.value = true;
  problem.value = undefined;
  try {
    const { body: events } = await call(`v1/agents/${encodeURIComponent(agent.value)}/turns`, {
      ...body,
      accept: 'text/event-stream',
      signal: ended,
    });
    update(exchange.id, ({ unsent: _taken, ...known }) => known);
    const audio = new SpokenReply();
    for await (const { data } of readEvents(events!)) {
      const event = data as TurnEvent;
      if (event.type === 'audio') audio.take(event);
      update(exchange.id, (known) => after(known, event));
    }
    await audio.finish((whole) => update(exchange.id, (known) => ({ ...known, audio: whole })));
  } catch (error) {
    update(exchange.id, (known) => ({ ...known, isOver: true }));
    if (!ended.aborted) problem.value = toApiError(error);
  }
  if (controller.signal === ended) isBusy.value = false;
}

/** The pieces of a spoken reply, which are heard as they come. */
class SpokenReply {
  private readonly parts: Uint8Array<ArrayBuffer>[] = [];
  private mediaType = '';

  take({ format, mediaType, bytes }: Extract<TurnEvent, { type: 'audio' }>): void {
    if (bytes === null) return;
    if (this.parts.length === 0) player.begin(FORMATS.find((known) => known === format) ?? FORMAT);
    const part = Uint8Array.from(atob(bytes), (letter) => letter.codePointAt(0)!);
    this.mediaType = mediaType;
    this.parts.push(part);
    player.write(part);
  }

  async finish(onWhole: (audio: Blob) => void): Promise<void> {
    if (this.parts.length === 0) return;
    const whole = new Blob(this.parts, { type: this.mediaType });
    onWhole(whole);
    await player.finish(whole);
  }
}

function nextId(): number {
  return (exchanges.value.at(-1)?.id ?? -1) + 1;
}

function update(id: number, change: (known: Exchange) => Exchange): void {
  exchanges.value = exchanges.value.map((known) => (known.id === id ? change(known) : known));
}

function fields() {
  return { thread, delivery: 'chunks', format: FORMAT };
}

function newThread(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `console-${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
