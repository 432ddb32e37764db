/** The series of an answer of `/metrics`, by name and labels as they are written. */
export class Scrape {
  private constructor(
    readonly text: string,
    private readonly series: ReadonlyMap<string, number>,
  ) {}

  static async of(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Scrape> {
    const answer = await fetch(`${url}/metrics`, { headers });
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`The metrics answer ${answer.status}.`);
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return new Scrape(
      text,
      new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))])),
    );
  }

  /** All series of a metric: their labels, in the order of the metric, and their values. */
  of(name: string): Record<string, number> {
    const own = [...this.series].filter(([key]) => key === name || key.startsWith(`${name}{`));
    return Object.fromEntries(own.map(([key, value]) => [[...key.matchAll(/="([^"]*)"/g)].map(([, label]) => label).join(' '), value]));
  }

  /** Series whose names begin so. */
  names(prefix: string): string[] {
    return [...this.series.keys()].filter((key) => key.startsWith(prefix)).toSorted();
  }
}
