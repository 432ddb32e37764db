/** Server-sent events of one name, read one after the other; what is asked for before the answer has begun is refused. */
export class LiveEvents<Data> {
  private text = '';

  private constructor(
    private readonly name: string,
    private readonly reader: ReadableStreamDefaultReader<string>,
  ) {}

  /** @throws Error with the status where there is no stream */
  static async open<Data>(url: string, name: string, headers: Readonly<Record<string, string>> = {}): Promise<LiveEvents<Data>> {
    const response = await fetch(url, { headers: { accept: 'text/event-stream', ...headers } });
    const type = response.headers.get('content-type') ?? '';
    if (response.body === null || !type.startsWith('text/event-stream')) throw new Error(`${response.status} ${await response.text()}`);
    return new LiveEvents(name, response.body.pipeThrough(new TextDecoderStream()).getReader());
  }

  /** `undefined`: the stream has ended. */
  async next(): Promise<Data | undefined> {
    for (;;) {
      const end = this.text.indexOf('\n\n');
      if (end >= 0) {
        const lines = this.text.slice(0, end).split('\n');
        this.text = this.text.slice(end + 2);
        if (lines[0] === `event: ${this.name}`) return JSON.parse(lines[1]!.slice('data: '.length)) as Data;
        continue;
      }
      const { done, value } = await this.reader.read();
      if (done) return undefined;
      this.text += value;
    }
  }

  /** The first of which it is so. @throws Error where the stream ends before */
  async until(isSo: (data: Data) => boolean): Promise<Data> {
    for (;;) {
      const data = await this.next();
      if (data === undefined) throw new Error('The stream has ended.');
      if (isSo(data)) return data;
    }
  }

  async leave(): Promise<void> {
    await this.reader.cancel();
  }
}
