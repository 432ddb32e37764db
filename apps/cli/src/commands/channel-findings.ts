import type { Agents } from '@parlance/agent-runner';
import { ChannelBots, channelSettingsOf, webhookUrl, type TelegramWebhookState } from '@parlance/channels';
import { ParlanceError, type CacheStore } from '@parlance/contracts';
import type { Finding } from '../finding.js';

/** For all questions to one platform about one agent. */
const PATIENCE_MILLISECONDS = 10_000;

type WebhookCause = NonNullable<TelegramWebhookState['lastFailure']>['cause'];

const REMEDIES: Readonly<Record<WebhookCause, string>> = {
  certificate: 'Give the address a certificate that others trust, with its whole chain.',
  status: 'Look at the log of what stands in front of the gateway, and of the gateway: it answered with something else than 200.',
  timeout: 'Let calls from outside through to the gateway: it did not answer in time.',
  address: 'Correct the host in PARLANCE_PUBLIC_URL: it is not found.',
  connection: 'Let calls from outside through to the gateway: nothing took them.',
  other: 'Try the address from outside.',
};

/**
 * How agents stand with Telegram and WhatsApp. The platforms are asked who the bot is, which costs nothing and changes
 * nothing. Tokens and secrets are in none of it.
 * @param publicUrl how others reach the gateway
 */
export async function channelFindings(agents: Agents, cache: CacheStore, publicUrl: string): Promise<Finding[]> {
  const bots = new ChannelBots(agents, cache);
  const asked = agents.list().flatMap((agent) => {
    const { telegram, whatsapp } = channelSettingsOf(agent);
    return [
      ...(telegram === undefined ? [] : [found(`${agent.id} telegram`, (signal) => askTelegram(bots, agent.id, publicUrl, signal))]),
      ...(whatsapp === undefined ? [] : [found(`${agent.id} whatsapp`, (signal) => askWhatsApp(bots, agent.id, signal))]),
    ];
  });
  return [...unusable(agents), ...(await Promise.all(asked))];
}

/** Files of agents with something wrong about their channels: a token that is not set, above all. */
function unusable(agents: Agents): Finding[] {
  return agents.problems().flatMap(({ file, problems }) =>
    problems
      .filter((problem) => problem.startsWith('channels'))
      .map((detail): Finding => {
        const remedy = detail.endsWith('which is not set') ? 'Set it, for the gateway and for this command.' : 'Correct the file.';
        return { subject: file, state: 'broken', detail, remedy };
      }),
  );
}

/** What ParlanceErrors say is what to do. What others say may hold anything. */
async function found(subject: string, ask: (signal: AbortSignal) => Promise<Omit<Finding, 'subject'>>): Promise<Finding> {
  const signal = AbortSignal.timeout(PATIENCE_MILLISECONDS);
  try {
    return { subject, ...(await ask(signal)) };
  } catch (error) {
    if (signal.aborted) return { subject, state: 'broken', detail: 'did not answer in time', remedy: 'Look at the network and base_url.' };
    if (!(error instanceof ParlanceError)) throw error;
    return { subject, state: 'broken', detail: `cannot be used (${error.reason ?? error.code})`, remedy: error.message };
  }
}

async function askTelegram(bots: ChannelBots, agent: string, publicUrl: string, signal: AbortSignal): Promise<Omit<Finding, 'subject'>> {
  const channel = bots.telegram(agent);
  const polls = channel.mode === 'polling';
  if (!polls && !channel.webhook.takes(publicUrl)) {
    const remedy = 'Set PARLANCE_PUBLIC_URL to the https address of the gateway, or the mode to polling.';
    return { state: 'broken', detail: 'Telegram calls https addresses only', remedy };
  }
  const { username } = await channel.self(signal);
  const state = await channel.webhook.state(polls ? '' : webhookUrl(publicUrl, 'telegram', agent), signal);
  const finding = polls ? ofPolling(state) : ofWebhook(state);
  return { ...finding, detail: `@${username} ${finding.detail}` };
}

function ofPolling({ registered: hasNoWebhook, pending }: TelegramWebhookState): Omit<Finding, 'subject'> {
  if (hasNoWebhook) return { state: 'ok', detail: `answers; messages that wait to be polled: ${pending}` };
  const remedy = 'The gateway ends that when it begins to poll. If the webhook is of another service, give this agent a bot of its own.';
  return { state: 'missing', detail: 'answers, and calls a webhook', remedy };
}

function ofWebhook({ registered, pending, lastFailure }: TelegramWebhookState): Omit<Finding, 'subject'> {
  if (!registered) {
    const remedy = 'Start the gateway, which registers it; PARLANCE_PUBLIC_URL must be the same here and there.';
    return { state: 'missing', detail: 'answers, and does not call this gateway', remedy };
  }
  // A failure after which everything was delivered is over.
  if (lastFailure === undefined || pending === 0) return { state: 'ok', detail: 'answers, and calls this gateway' };
  const { at, cause } = lastFailure;
  return { state: 'broken', detail: `cannot deliver; messages that wait: ${pending} (${cause}, last at ${at})`, remedy: REMEDIES[cause] };
}

async function askWhatsApp(bots: ChannelBots, agent: string, signal: AbortSignal): Promise<Omit<Finding, 'subject'>> {
  const number = await bots.whatsapp(agent).bot.phoneNumber(signal);
  return { state: 'ok', detail: `${number ?? 'the number'} answers` };
}
