/** How processes share their flights. Times are milliseconds. */
export interface FlightSettings {
  /** A leader that says nothing for so long is replaced. */
  leaseMilliseconds: number;
  /** How long a follower counts as one after its last sign of life. */
  interestMilliseconds: number;
  /** How often a follower gives one, and looks for what it was not told of. */
  beatMilliseconds: number;
  /** How long what was made stays in Redis after it was last written or read. */
  keepMilliseconds: number;
  /** How long Redis may be away before a follower in the middle of a stream gives up. */
  patienceMilliseconds: number;
  /** Bytes of one flight in Redis. With more nobody new may join, and followers that lag behind by more fail. */
  maximumBytes: number;
}

export const DEFAULT_FLIGHT_SETTINGS: FlightSettings = {
  leaseMilliseconds: 3000,
  interestMilliseconds: 2000,
  beatMilliseconds: 600,
  keepMilliseconds: 30_000,
  patienceMilliseconds: 3000,
  maximumBytes: 32 * 1024 * 1024,
};
