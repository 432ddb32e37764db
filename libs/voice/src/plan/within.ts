import { InvalidRequestError } from '@parlance/contracts';

/** @throws InvalidRequestError unless it is a number in the range */
export function within(param: string, value: number, min: number, max: number): number {
  if (Number.isFinite(value) && value >= min && value <= max) return value;
  throw new InvalidRequestError(`'${param}' must be a number from ${min} to ${max}.`, param);
}
