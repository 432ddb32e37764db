/** Work shorter than this needs no bar. */
const quietMilliseconds = 700;
const width = 24;

/** A bar on standard error where that is a terminal; nothing at all elsewhere. */
export class Progress {
  private readonly began = performance.now();
  private shown = false;

  constructor(
    private readonly label: string,
    private readonly terminal: { isTTY?: boolean; write(text: string): unknown } = process.stderr,
  ) {}

  /** @param share 0-1 */
  update(share: number): void {
    if (this.terminal.isTTY !== true || performance.now() - this.began < quietMilliseconds) return;
    const done = Math.round(Math.min(1, Math.max(0, share)) * width);
    this.terminal.write(`\r${this.label} [${'#'.repeat(done)}${'.'.repeat(width - done)}] ${Math.round((done / width) * 100)} %`);
    this.shown = true;
  }

  /** Takes the bar away. */
  end(): void {
    if (this.shown) this.terminal.write('\r\u001B[K');
  }
}
