import { ParlanceError } from '@parlance/contracts';
import { inSpan, UsageLedger } from '@parlance/voice';
import { Injectable, Optional } from '@nestjs/common';
import type { Agent } from './agents/agent.types.js';
import { Agents } from './agents/agents.js';
import { readAhead } from './turns/read-ahead.js';
import { Threads, type TurnPlace } from './turns/threads.js';
import { TurnAccount } from './turns/turn-account.js';
import { TurnDecider, type Message } from './turns/turn-decider.js';
import { TurnObservers } from './turns/turn-observers.js';
import { logCause, toTurnError } from './turns/turn-error.js';
import { prepareTurn, type TurnTask } from './turns/turn-task.js';
import { TurnVoice } from './turns/turn-voice.js';
import type { Turn, TurnEvent, TurnRecord } from './turns/turn.types.js';

/**
 * One turn in, one reply out. The agent's graph decides what is said, whether it is spoken, and how; everything else
 * is only done: the recording is heard, the text is handed on at once, and the speech follows.
 */
@Injectable()
export class AgentRunner {
  constructor(
    private readonly agents: Agents,
    private readonly threads: Threads,
    private readonly voice: TurnVoice,
    private readonly decider: TurnDecider,
    private readonly ledger: UsageLedger,
    @Optional() private readonly observers: TurnObservers = new TurnObservers(),
  ) {}

  /**
   * Turns of one thread are answered in the order in which they came; threads do not wait for each other.
   * @param signal ends the turn; what was said until then is remembered
   * @returns `transcript`, `text`, `audio`, of which each may be missing, and at last `done` or `error`
   * @throws ParlanceError from the first event for a message that cannot be taken at all
   */
  async *run(turn: Turn, signal: AbortSignal): AsyncGenerator<TurnEvent, void, undefined> {
    const leaving = new AbortController();
    try {
      const events = this.events(turn, AbortSignal.any([signal, leaving.signal]));
      yield* readAhead(this.observers.watch(events, this.known(turn)));
    } finally {
      leaving.abort();
    }
  }

  private known({ agent }: Turn): Agent | undefined {
    return typeof agent === 'string' ? this.agents.find(agent) : agent;
  }

  private async *events(turn: Turn, signal: AbortSignal): AsyncGenerator<TurnEvent, void, undefined> {
    const agent = typeof turn.agent === 'string' ? this.agents.get(turn.agent) : turn.agent;
    const task = prepareTurn(turn, agent, turn.agent === agent);
    const recording = task.recording === undefined ? undefined : await this.voice.load(task, signal);
    const loaded: TurnTask = recording === undefined ? task : { ...task, recording };
    const place = await this.threads.enter(task, signal);
    const account = new TurnAccount(task, this.ledger);
    try {
      yield* this.answer(loaded, account, place);
      yield account.done();
    } catch (error) {
      const failure = toTurnError(error, place);
      logCause(failure, task.origin);
      yield account.failed(failure);
    } finally {
      await place.leave();
    }
  }

  /** Loads what the first turn would otherwise wait for. */
  async warmUp(): Promise<void> {
    await this.decider.warmUp();
  }

  private async *answer(task: TurnTask, account: TurnAccount, place: TurnPlace): AsyncGenerator<TurnEvent, void, undefined> {
    const known = await this.threads.recall(task);
    if (known !== undefined) account.repeats(known);
    const keeping = known === undefined && task.recording !== undefined ? this.voice.keep(task.agent, task.recording, account) : undefined;
    let record = known;
    try {
      record ??= yield* this.decide(task, account, place);
      if (known?.transcript != null) yield { type: 'transcript', ...known.transcript };
      if (record.text !== '') yield { type: 'text', text: record.text };
      if (record.reply.speak && !task.agent.voice.enabled) account.warn(voiceDisabled(task));
      else if (record.reply.speak) yield* this.voice.say(task, record, account, place.signal);
    } finally {
      // A turn that fails tells where its recording lies as well, and tells it again when it is sent again.
      await keeping;
      if (record !== undefined) await this.threads.keep(task, record);
    }
  }

  private async *decide(task: TurnTask, account: TurnAccount, place: TurnPlace): AsyncGenerator<TurnEvent, TurnRecord, undefined> {
    const message = yield* this.listen(task, account, place.listening);
    await this.decider.prepare(task, place.listening);
    if (place.endedBecause !== undefined) {
      // Nobody answers it any more, but it was said; those before it still write what they have said.
      await place.reached;
      await this.decider.remember(task, message);
      throw place.endedBecause;
    }
    const record = await inSpan('decide', { 'parlance.graph': task.agent.graph }, () =>
      this.decider.decide(task, message, account, place.signal),
    );
    // From here on the turn is answered: should the speech fail, the next try only speaks.
    await this.threads.keep(task, record);
    return record;
  }

  private async *listen(task: TurnTask, account: TurnAccount, signal: AbortSignal): AsyncGenerator<TurnEvent, Message, undefined> {
    const { agent, text, recording } = task;
    if (recording === undefined) return { text: text ?? '' };
    const transcribe = async (language?: string) => {
      const transcription = await this.voice.hear(task, recording, signal, language);
      account.heard(transcription);
      return transcription;
    };
    if (!agent.voice.auto_stt) return { text: '', transcribe };
    const { text: heard, language, duration, words } = await transcribe();
    yield { type: 'transcript', text: heard, language: language ?? null, duration, ...(words !== undefined && { words }) };
    if (heard.trim() === '') {
      throw new ParlanceError('no_speech', 'There is no speech in the recording. Speak louder, or nearer to the microphone.', {
        param: 'audio',
      });
    }
    return { text: heard, ...(language !== undefined && { language }) };
  }
}

function voiceDisabled({ agent }: TurnTask) {
  const message = `The graph of '${agent.id}' wanted to speak, but its 'voice_settings.enabled' is false: the reply is text.`;
  return { code: 'voice_disabled' as const, message };
}
