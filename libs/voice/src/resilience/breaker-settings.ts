/** When a circuit breaker opens, for how long, and how it finds out that all is well again. Times are milliseconds. */
export interface BreakerSettings {
  /** Failures in a row that open it. */
  consecutiveFailures: number;
  /** Share of failures within the window that opens it, 0-1, once there were `minimumCalls`. */
  failureRate: number;
  minimumCalls: number;
  windowMilliseconds: number;
  /** How long it stays open the first time; twice as long each time after that, up to the longest. */
  openMilliseconds: number;
  longestOpenMilliseconds: number;
  /** The same after a refusal for too many requests, where the provider does not say how long. */
  shortOpenMilliseconds: number;
  /** The same after refused credentials or an empty account: somebody has to mend that. */
  longOpenMilliseconds: number;
  longestLongOpenMilliseconds: number;
  /** Requests that may try the provider at the same time while it is half open. */
  trials: number;
}

export const DEFAULT_BREAKER: BreakerSettings = {
  consecutiveFailures: 5,
  failureRate: 0.5,
  minimumCalls: 10,
  windowMilliseconds: 30_000,
  openMilliseconds: 5000,
  longestOpenMilliseconds: 120_000,
  shortOpenMilliseconds: 1000,
  longOpenMilliseconds: 60_000,
  longestLongOpenMilliseconds: 900_000,
  trials: 2,
};
