import type { Price, Prices, UsageCounts, UsageName } from './usage.types.js';

const MILLION = 1_000_000;
const SECONDS_PER_MINUTE = 60;

/** What was used of one model, in money; `null` when its price is not known. What used nothing costs nothing. */
export function costOf(prices: Prices, { provider, model }: Pick<UsageName, 'provider' | 'model'>, counts: UsageCounts): number | null {
  const { characters = 0, seconds = 0, inputTokens = 0, outputTokens = 0 } = counts;
  if (characters + seconds + inputTokens + outputTokens === 0) return 0;
  const price = priceOf(prices, provider, model);
  const parts = [
    { used: characters / MILLION, price: price.perMillionCharacters },
    { used: seconds / SECONDS_PER_MINUTE, price: price.perMinute },
    { used: inputTokens / MILLION, price: price.perMillionInputTokens },
    { used: outputTokens / MILLION, price: price.perMillionOutputTokens },
  ].filter((part) => part.price !== undefined && part.used > 0);
  // A vendor counts in one unit or another: those without a price are only for information, unless none has one.
  return parts.length === 0 ? null : parts.reduce((sum, part) => sum + part.used * (part.price ?? 0), 0);
}

function priceOf(prices: Prices, provider: string, model: string): Price {
  const models = Object.hasOwn(prices, provider) ? prices[provider] : undefined;
  if (models === undefined) return {};
  return (Object.hasOwn(models, model) ? models[model] : models['*']) ?? {};
}
