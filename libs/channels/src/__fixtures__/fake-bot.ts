import type { Activity, ChannelBot, IncomingMessage, OutgoingVoice, Sent } from '../channel.types.js';

/** A bot that sends nothing, and remembers what it was to send. */
export class FakeBot implements ChannelBot {
  readonly sent: ({ text: string } | { voice: OutgoingVoice })[] = [];
  readonly shown: { activity: Activity; signal: AbortSignal }[] = [];
  /** Thrown by the next calls, one each. */
  readonly failures: Partial<Record<'download' | 'sendText' | 'sendVoice', Error[]>> = {};
  largestMegabytes = Infinity;
  recording = Buffer.from('Hello.');

  async download() {
    this.fail('download');
    return { bytes: this.recording, filename: 'voice.ogg' };
  }

  show(_message: IncomingMessage, activity: Activity, signal: AbortSignal): void {
    this.shown.push({ activity, signal });
  }

  async sendText(_message: IncomingMessage, text: string): Promise<Sent> {
    this.fail('sendText');
    this.sent.push({ text });
    return { ids: [String(this.sent.length)], as: 'text' };
  }

  async sendVoice(_message: IncomingMessage, voice: OutgoingVoice): Promise<Sent> {
    this.fail('sendVoice');
    this.sent.push({ voice });
    return { ids: [String(this.sent.length)], as: 'voice' };
  }

  private fail(call: 'download' | 'sendText' | 'sendVoice'): void {
    const failure = this.failures[call]?.shift();
    if (failure !== undefined) throw failure;
  }
}

let number = 0;

export function messageOf(content: IncomingMessage['content'], more: Partial<IncomingMessage> = {}): IncomingMessage {
  number += 1;
  const base = { channel: 'telegram' as const, agent: 'a', id: `m${number}`, chat: 'c', address: {}, person: { id: 'p' } };
  return { ...base, content, sentAt: '2026-11-26T00:00:00Z', ...more };
}
