interface Wish {
  options?: Readonly<Record<string, unknown>>;
}

/** What a request says, and what an entry of the plan prefers where it says nothing; vendors' options name by name. */
export function overlay<Asked extends Wish>(asked: Asked, preferred: Partial<Asked> | undefined): Asked {
  if (preferred === undefined) return asked;
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)) as Asked;
  const options = { ...preferred.options, ...asked.options };
  return { ...preferred, ...given, ...(Object.keys(options).length > 0 && { options }) };
}
