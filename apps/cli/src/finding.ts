/** One line of the doctor's report. `missing`: something optional is not there. */
export interface Finding {
  subject: string;
  state: 'ok' | 'missing' | 'broken';
  detail: string;
  remedy?: string;
}
