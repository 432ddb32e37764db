import { readFileSync } from 'node:fs';
import { logNormalMean } from '../core/random.js';
import { markdownTable } from '../../harness/markdown.js';

interface Assumption {
  value: number;
  unit: string;
  what: string;
}

const file = new URL('./assumptions.json', import.meta.url);

/** What is taken for given and was not measured here. */
export class Assumptions {
  private constructor(private readonly all: Readonly<Record<string, Assumption>>) {}

  static read(): Assumptions {
    return new Assumptions(JSON.parse(readFileSync(file, 'utf8')) as Record<string, Assumption>);
  }

  /** @throws Error when there is none of that name */
  of(name: string): number {
    const assumption = this.all[name];
    if (assumption === undefined) throw new Error(`There is no assumption '${name}' in assumptions.json.`);
    return assumption.value;
  }

  /** The mean of a vendor's times, in seconds: of a log-normal it lies above the median. */
  meanSeconds(vendor: string): number {
    return logNormalMean(this.of(`${vendor}Median`), this.of(`${vendor}P95`)) / 1000;
  }

  /** @param isPrice only prices, or everything else */
  table(isPrice: boolean): string {
    const rows = Object.entries(this.all).filter(([name]) => name.startsWith('price') === isPrice);
    return markdownTable([
      ['name', 'value', 'unit', 'what'],
      ...rows.map(([name, { value, unit, what }]) => [`\`${name}\``, value.toLocaleString('en-US').replaceAll(',', ' '), unit, what]),
    ]);
  }
}
