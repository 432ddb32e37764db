import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AIMessage } from '@langchain/core/messages';
import { END, START, StateGraph, type BaseCheckpointSaver } from '@langchain/langgraph';
import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AgentRunner, type AudioFileEvent, type DoneEvent, type GraphFactory, type Turn, type TurnEvent } from '@parlance/agent-runner';
import { loadConfiguration, ParlanceModule } from '@parlance/configuration';
import { wordErrorRate } from '@parlance/testing';
import { VoiceFiles, VoiceService } from '@parlance/voice';
import { speech as humanSpeech, spokenWords } from './support/recordings.js';

const WRITTEN = 'I have said it aloud.';
const SPOKEN = 'The sun will shine over the mountains in the afternoon.';

const never = () => new AbortController().signal;

/** What the graphs of this test have been told, and what they remember with. */
class Seen {
  readonly texts: string[][] = [];
  memory: BaseCheckpointSaver | undefined;
  threadId = '';
  held = new Map<string, { begun: () => void; release: Promise<void> }>();
}

/** Speaks when it is asked to, and repeats everything that was said before when it is not. */
function ownGraph(seen: Seen): GraphFactory {
  return ({ state, memory }) => {
    seen.memory = memory;
    return new StateGraph(state)
      .addNode('answer', async ({ messages, turn }, config) => {
        const texts = messages.map(({ text }) => text);
        seen.texts.push(texts);
        seen.threadId = String(config.configurable?.['thread_id']);
        const held = seen.held.get(turn.agent);
        held?.begun();
        await held?.release;
        const said = texts.at(-1) ?? '';
        if (turn.via === 'text' && !said.includes('aloud')) return { messages: [new AIMessage(`${texts.length}: ${said}`)] };
        const reply = { speak: true, text: turn.via === 'voice' ? said : SPOKEN, voice: 'echo' };
        return { messages: [new AIMessage(WRITTEN)], reply };
      })
      .addEdge(START, 'answer')
      .addEdge('answer', END)
      .compile({ checkpointer: memory });
  };
}

describe('agents in a process of one’s own', () => {
  const directory = mkdtempSync(join(tmpdir(), 'parlance-in-process-'));
  const seen = new Seen();
  let application: INestApplicationContext;
  let module: DynamicModule;
  beforeAll(async () => {
    const configuration = loadConfiguration({ PARLANCE_DATA_DIR: directory, PARLANCE_AGENTS_DIR: join(directory, 'none') });
    const agents = ['mine', 'slow'].map((id) => ({ agent_id: id, graph: 'own', voice_settings: { enabled: true } }));
    module = ParlanceModule.forRoot(configuration, { graphs: { own: ownGraph(seen) }, agents });
    application = await NestFactory.createApplicationContext(module, { logger: false });
    await application.get(VoiceService, { strict: false }).warmUp();
  }, 120_000);
  afterAll(async () => {
    await application.close();
    rmSync(directory, { recursive: true, force: true });
  });
  beforeEach(() => {
    seen.texts.length = 0;
    seen.held.clear();
  });

  async function run(turn: Turn): Promise<TurnEvent[]> {
    const events: TurnEvent[] = [];
    for await (const event of application.get(AgentRunner, { strict: false }).run(turn, never())) events.push(event);
    return events;
  }
  const audioOf = (events: readonly TurnEvent[]) => events.find(({ type }) => type === 'audio') as AudioFileEvent;
  const types = (events: readonly TurnEvent[]) => events.map(({ type }) => type);

  async function heard({ file }: AudioFileEvent): Promise<string> {
    const { bytes } = await application.get(VoiceFiles, { strict: false }).read(file?.id ?? '', never());
    return (await application.get(VoiceService, { strict: false }).transcribe({ audio: bytes }, never())).text;
  }

  it('the module begins as often as it is wanted, also beside itself, and each beginning ends by itself', async () => {
    const speak = async (from: INestApplicationContext) => {
      const voice = from.get(VoiceService, { strict: false });
      const { chunks } = await voice.speak({ text: 'I am here.', format: 'wav', cache: false }, never());
      const parts: Uint8Array[] = [];
      for await (const chunk of chunks) parts.push(chunk);
      return Buffer.concat(parts);
    };
    for (const start of ['beside the first', 'after the second']) {
      const other = await NestFactory.createApplicationContext(module, { logger: false });
      const spoken = await speak(other);
      await other.close();
      expect([start, spoken.equals(await speak(application))]).toEqual([start, true]);
    }
  }, 60_000);

  it('real speech in, a graph of the application, real speech out', async () => {
    const events = await run({ agent: 'mine', audio: new Uint8Array(humanSpeech), filename: 'jfk.wav' });
    expect(types(events)).toEqual(['transcript', 'text', 'audio', 'done']);
    const transcript = String(seen.texts[0]?.[0]);
    expect(events[0]).toMatchObject({ text: transcript, duration: 11 });
    expect(events[1]).toEqual({ type: 'text', text: WRITTEN });
    expect(wordErrorRate(spokenWords, transcript)).toBeLessThanOrEqual(0.1);
    expect(wordErrorRate(transcript, await heard(audioOf(events)))).toBeLessThanOrEqual(0.25);
  });

  it('a turn that is not spoken knows nothing of the one before that was', async () => {
    const first = await run({ agent: 'mine', text: 'Say it aloud.', thread: 'two', id: 'first' });
    const audio = audioOf(first);
    expect(wordErrorRate(SPOKEN, await heard(audio))).toBeLessThanOrEqual(0.2);
    const second = await run({ agent: 'mine', text: 'And now in writing.', thread: 'two', id: 'second' });
    expect(types(second)).toEqual(['text', 'done']);
    expect(seen.texts).toEqual([['Say it aloud.'], ['Say it aloud.', WRITTEN, 'And now in writing.']]);
    expect(second.at(-1)).toMatchObject({ reply: { speak: false }, usage: { speech: null }, trace: { speech: null } });

    const remembered = await seen.memory?.getTuple({ configurable: { thread_id: seen.threadId, checkpoint_ns: '' } });
    const memory = JSON.stringify(remembered);
    expect(memory).toContain(WRITTEN);
    expect(memory).toContain('3: And now in writing.');
    const traces = [SPOKEN, 'echo', 'speak', audio.file?.id, audio.file?.key, audio.url];
    for (const trace of traces) {
      expect(trace).toEqual(expect.stringMatching(/./));
      expect(memory).not.toContain(trace);
    }
    const told = JSON.stringify(second);
    for (const trace of [SPOKEN, WRITTEN, audio.file?.id, audio.file?.key, audio.url]) expect(told).not.toContain(trace);
  });

  it('a hundred threads at once keep their order, and one that is held holds up nobody else', async () => {
    let begun = (): void => undefined;
    const running = new Promise<void>((resolve) => (begun = resolve));
    let release = (): void => undefined;
    seen.held.set('slow', { begun, release: new Promise<void>((resolve) => (release = resolve)) });
    const ended: string[] = [];
    const note = async (name: string, turn: Turn) => {
      const done = (await run(turn)).at(-1) as DoneEvent;
      ended.push(name);
      return done;
    };
    const slow = [1, 2].map((number) => note(`slow ${number}`, { agent: 'slow', text: `turn ${number}`, thread: 'slow' }));
    await running;

    const threads = Array.from({ length: 100 }, (_, index) => `thread ${index}`);
    const turns = threads.flatMap((thread) =>
      [1, 2, 3].map((number) => note(`${thread} ${number}`, { agent: 'mine', text: `${thread} turn ${number}`, thread })),
    );
    const done = await Promise.all(turns);
    expect(ended).toHaveLength(300);
    expect(ended.filter((name) => name.startsWith('slow'))).toEqual([]);
    for (const [index, thread] of threads.entries()) {
      const [one, two, three] = [1, 2, 3].map((number) => `${thread} turn ${number}`);
      expect(ended.filter((name) => name.startsWith(`${thread} `))).toEqual([`${thread} 1`, `${thread} 2`, `${thread} 3`]);
      expect(seen.texts.filter((texts) => texts[0] === one).at(-1)).toEqual([one, `1: ${one}`, two, `3: ${two}`, three]);
      expect(done[index * 3 + 2]?.history[1]?.text).toBe(`5: ${three}`);
    }

    release();
    await Promise.all(slow);
    expect(ended.slice(300)).toEqual(['slow 1', 'slow 2']);
    expect(seen.texts.at(-1)).toEqual(['turn 1', '1: turn 1', 'turn 2']);
  });
});
