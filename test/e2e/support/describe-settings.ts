import { getMetadataStorage } from 'class-validator';
import { SHAPES, type AgentWorld, type Shape } from './agent-world.js';

type Section = Readonly<Record<string, unknown>>;

/** What is seen of one setting, for each of several values of it. */
export interface SettingCase {
  /** Where it is seen. */
  at: string;
  /** @param section the map that the setting stands in, with it alone */
  see: (section: Section, shape: Shape) => Promise<unknown>;
  /** A value that is known only once the stand-ins are there is a function. */
  outcomes: readonly (readonly [value: unknown, seen: unknown])[];
}

export type SettingCases = Readonly<Record<string, readonly SettingCase[]>>;

/** One test for each case, with the agent in each shape; and one that fails when a setting has none. */
export function describeSettings(type: new () => object, world: () => AgentWorld, cases: SettingCases): void {
  it(`every setting of ${type.name} has a case`, () => {
    const described = Object.keys(cases).filter((name) => (cases[name] ?? []).length > 0);
    expect(described.toSorted()).toEqual(settingsOf(type).toSorted());
  });

  const rows = Object.entries(cases).flatMap(([setting, all]) =>
    all.flatMap((one) => SHAPES.map(([place, shape]) => [setting, one.at, place, one, shape] as const)),
  );
  it.each(rows)('%s, at %s, in %s', async (setting, _at, _place, { see, outcomes }, shape) => {
    const seen: unknown[] = [];
    for (const [value] of outcomes) {
      world().reset();
      const given: unknown = typeof value === 'function' ? (value as () => unknown)() : value;
      seen.push(await see(given === undefined ? {} : { [setting]: given }, shape));
    }
    expect(seen).toEqual(outcomes.map(([, expected]) => expected));
    expect(new Set(seen.map((one) => JSON.stringify(one))).size).toBeGreaterThan(1);
  });
}

function settingsOf(type: new () => object): string[] {
  const known = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  return [...new Set(known.map(({ propertyName }) => propertyName))];
}
