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
  /**
   * For how long what fails with Redis is tried again before the work is done alone, and how long a follower in the
   * middle of a stream waits for a leader whose lease is over.
   */
  patienceMilliseconds: number;
  /** For how long Redis may fail those who are in the middle of a stream, and those who lead them. */
  outageMilliseconds: number;
  /** Bytes of one flight in Redis. With more nobody new may join, and followers that lag behind by more fail. */
  maximumBytes: number;
}

export const DEFAULT_FLIGHT_SETTINGS: FlightSettings = {
  leaseMilliseconds: 5000,
  interestMilliseconds: 2000,
  beatMilliseconds: 600,
  keepMilliseconds: 30_000,
  patienceMilliseconds: 2000,
  outageMilliseconds: 10_000,
  maximumBytes: 32 * 1024 * 1024,
};
