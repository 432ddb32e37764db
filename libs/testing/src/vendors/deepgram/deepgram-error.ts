import type { CapturedRequest } from '../captured-request.js';
import type { StandInReply } from '../fault.js';

const request_id = '5a0b6f0e-3f5f-4b6a-9c1e-2f5f5b1c7d3a';
const headers = { 'content-type': 'application/json', 'dg-request-id': request_id };

/** The older of Deepgram's two error bodies. */
export function legacyError(status: number, err_code: string, err_msg: string): StandInReply {
  return { status, headers, body: JSON.stringify({ err_code, err_msg, request_id }) };
}

/** The newer one. */
export function modernError(status: number, category: string, message: string, details: string): StandInReply {
  return { status, headers, body: JSON.stringify({ category, message, details, request_id }) };
}

/** How each parameter may look. */
export type ParameterRules = Readonly<Record<string, RegExp>>;

/** The refusal of the first parameter that is unknown, malformed, or given twice without being a list. */
export function refuseParameters({ query }: CapturedRequest, rules: ParameterRules, lists: readonly string[]): StandInReply | undefined {
  const seen = new Set<string>();
  for (const [name, value] of query) {
    const refusal = modernError(
      400,
      'INVALID_QUERY_PARAMETER',
      'Invalid query parameter.',
      `Failed to deserialize query parameter ${name}.`,
    );
    if (!Object.hasOwn(rules, name) || !rules[name]?.test(value) || (seen.has(name) && !lists.includes(name))) return refusal;
    seen.add(name);
  }
  return undefined;
}
