import { Transform } from 'class-transformer';

/** A comma list. */
export const List = (): PropertyDecorator => Transform(({ value }) => (typeof value === 'string' ? splitList(value) : (value as unknown)));

/** `true` or `false`; anything else stays as it is, to be refused. */
export const Flag = (): PropertyDecorator =>
  Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : (value as unknown)));

function splitList(value: string): string[] {
  return value
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
