/** How a queue stands. */
export interface QueueMeasure {
  waiting: number;
  running: number;
  /** How long the oldest that waits has waited, in seconds; 0: nothing waits. */
  oldestSeconds: number;
}
