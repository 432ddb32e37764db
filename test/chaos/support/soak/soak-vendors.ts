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
  return { toolCalls: [{ name: 'speak_reply', arguments: { text: `You said: ${JSON.stringify(last.content)}` } }] };
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
    for (const vendor of [this.first, this.second, this.chat, this.whatsapp]) vendor.reset();
    // Begun anew, its messages would have the numbers of old ones, and be taken for these.
    this.telegram.requests.length = 0;
    this.telegram.account().sent.length = 0;
    for (const vendor of this.all) vendor.closeIdle();
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((vendor) => vendor.close()));
  }

  private get all(): readonly StandIn[] {
    return [this.first, this.second, this.chat, this.telegram, this.whatsapp];
  }
}
