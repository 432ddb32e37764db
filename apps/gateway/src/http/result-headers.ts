import type { Trace, Warning } from '@parlance/contracts';
import type { FastifyReply } from 'fastify';

/** Says in headers who served a request and how; what is not known yet is left out. */
export function setResultHeaders(reply: FastifyReply, trace: Trace, warnings: readonly Warning[]): void {
  const { servedBy, cache, attempts } = trace;
  const timing = timingOf(trace);
  const headers = {
    'x-parlance-provider': servedBy?.provider,
    'x-parlance-model': servedBy?.model,
    'x-parlance-voice': servedBy?.voice,
    'x-parlance-cache': cache,
    'x-parlance-attempts': String(attempts.length),
    'x-parlance-request-id': reply.request.id,
    'x-parlance-timing': timing,
    'server-timing': timing,
  };
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) reply.header(name, headerText(value));
  setWarnings(reply, warnings);
}

/** Milliseconds in the form of the Server-Timing header, so that browsers show them too. */
function timingOf({ lookUpMilliseconds, attempts, firstAudioMilliseconds, totalMilliseconds }: Trace): string {
  const entries: string[] = [];
  const note = (name: string, milliseconds: number | undefined): void => {
    if (milliseconds !== undefined) entries.push(`${name};dur=${milliseconds}`);
  };
  note('lookup', lookUpMilliseconds);
  for (const { provider, milliseconds } of attempts) note(provider.replaceAll(/[^\w-]/g, '_'), milliseconds);
  note('first-audio', firstAudioMilliseconds);
  note('total', totalMilliseconds);
  return entries.join(', ');
}

/** One header with every warning: `code param: message`, separated by semicolons. */
export function setWarnings(reply: FastifyReply, warnings: readonly Warning[]): void {
  if (warnings.length === 0) return;
  const texts = warnings.map(({ code, param, message }) => `${code}${param === undefined ? '' : ` ${param}`}: ${message}`);
  reply.header('x-parlance-warning', headerText(texts.join('; ')).slice(0, 2000));
}

function headerText(value: string): string {
  return value.replaceAll(/[^\x20-\x7e]/g, '?');
}
