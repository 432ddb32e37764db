/** What a provider counted for one request; a number that is not known is absent, never zero. */
export interface Usage {
  characters?: number;
  seconds?: number;
  inputTokens?: number;
  outputTokens?: number;
}
