import {
  OPENAI_KEY,
  startChatStandIn,
  startOpenaiStandIn,
  startTelegramStandIn,
  startWhatsAppStandIn,
  type ChatAnswers,
  type ChatStandIn,
  type StandIn,
  type TelegramStandIn,
  type WhatsAppStandIn,
} from '@parlance/testing';

/** Speaks what it is told, by the tool it was given for that. */
const answers: ChatAnswers = ({ messages }) => {
  const last = messages.at(-1);
  if (last?.role !== 'user') return { text: 'That is all.' };
  return { toolCalls: [{ name: 'speak_reply', arguments: { text: `You said: ${String(last.content)}` } }] };
};

/** Everybody whom the gateway asks. */
export class SoakVendors {
  private constructor(
    /** Fails now and then. */
    readonly first: StandIn,
    readonly second: StandIn,
    readonly chat: ChatStandIn,
    readonly telegram: TelegramStandIn,
    readonly whatsapp: WhatsAppStandIn,
  ) {}

  static async start(): Promise<SoakVendors> {
    const [first, second, chat, telegram, whatsapp] = await Promise.all([
      startOpenaiStandIn(),
      startOpenaiStandIn(),
      startChatStandIn({ key: OPENAI_KEY, answers }),
      startTelegramStandIn(),
      startWhatsAppStandIn({ answerMilliseconds: 60_000 }),
    ]);
    return new SoakVendors(first, second, chat, telegram, whatsapp);
  }

  get openSockets(): number {
    return this.all.reduce((sum, { openSockets }) => sum + openSockets, 0);
  }

  /** They forget what they were asked, and close connections. */
  async rest(): Promise<void> {
    const { hook } = this.telegram.account();
    for (const vendor of this.all) {
      vendor.reset();
      vendor.closeIdle();
    }
    if (hook !== undefined) this.telegram.account().hook = hook;
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((vendor) => vendor.close()));
  }

  private get all(): readonly StandIn[] {
    return [this.first, this.second, this.chat, this.telegram, this.whatsapp];
  }
}
