/** What has to be done about traces at the end of the process. */
export interface Tracing {
  /** Sends what was not sent yet, for as long as it may take. Never rejects. */
  stop(milliseconds: number): Promise<void>;
}
