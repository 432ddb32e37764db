import { Matches } from 'class-validator';

/** A key that goes into a header of each request: another character there would fail as a connection that broke. */
export const IsKey = (): PropertyDecorator =>
  Matches(/^[\x21-\x7e]+$/, { message: 'must be visible characters of ASCII alone, without blanks and line breaks' });
