import type { StandInReply } from '../fault.js';

/** A refusal in ElevenLabs' words. */
export class ElevenlabsRefusal extends Error {
  constructor(
    readonly httpStatus: number,
    readonly status: string,
    message: string,
  ) {
    super(message);
  }
}

/** One value of a request that is missing or wrong: a 422 with a list. */
export class ElevenlabsProblem extends Error {
  constructor(
    readonly location: readonly string[],
    message: string,
    readonly type = 'value_error',
  ) {
    super(message);
  }
}

export function elevenlabsError(httpStatus: number, status: string, message: string): StandInReply {
  return json(httpStatus, { detail: { status, message } });
}

/** The reply to a refusal; other errors are thrown on. */
export function replyToRefusal(error: unknown): StandInReply {
  if (error instanceof ElevenlabsRefusal) return elevenlabsError(error.httpStatus, error.status, error.message);
  if (error instanceof ElevenlabsProblem) {
    return json(422, { detail: [{ loc: error.location, msg: error.message, type: error.type }] });
  }
  throw error;
}

export function json(status: number, body: object): StandInReply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
