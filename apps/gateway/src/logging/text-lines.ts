import type { LogEntry } from './log-entry.js';

const LEVEL_WIDTH = 5;
const DIM = '\u001B[2m';
const RESET = '\u001B[0m';
const COLOURS: Readonly<Record<string, string>> = { fatal: '\u001B[31m', error: '\u001B[31m', warn: '\u001B[33m' };

/** A line of JSON as people read it. @param coloured for terminals */
export function textLine(json: string, coloured: boolean): string {
  const { level, time, context, message, requestId, error } = JSON.parse(json) as LogEntry & { level: string; time: string };
  const paint = (colour: string, text: string) => (coloured && colour !== '' ? `${colour}${text}${RESET}` : text);
  const { name, code, message: why, places = [] } = error ?? {};
  const failure = [name, code, why].filter((word) => word !== undefined).join(' ');
  const line = [
    paint(DIM, time),
    paint(COLOURS[level] ?? '', level.toUpperCase().padEnd(LEVEL_WIDTH)),
    ...(context === undefined ? [] : [`[${context}]`]),
    message,
    ...(failure === '' ? [] : [`(${failure})`]),
    ...(requestId === undefined ? [] : [paint(DIM, requestId)]),
  ].join(' ');
  return `${[line, ...places.map((place) => `    ${place}`)].join('\n')}\n`;
}
