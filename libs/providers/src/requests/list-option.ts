import { Transform } from 'class-transformer';

/** An option that is a list, and may be written as a comma list, as variables are. */
export const ListOption = (): PropertyDecorator => Transform(({ value }) => toList(value));

function toList(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return value
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
