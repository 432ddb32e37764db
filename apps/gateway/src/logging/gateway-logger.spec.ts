import { ParlanceError } from '@parlance/contracts';
import { Logger } from '@nestjs/common';
import { GatewayLogger } from './gateway-logger.js';
import { textLine } from './text-lines.js';

const PRIVATE = 'what somebody has said';

describe('the log', () => {
  let lines: string[];
  beforeEach(() => {
    lines = [];
    jest.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    Logger.overrideLogger(false);
  });

  /** What comes of it, through Nest's own logger as everybody has it. */
  function entries(write: (logger: Logger) => void, logLevel: 'error' | 'info' | 'debug' = 'debug'): Record<string, unknown>[] {
    Logger.overrideLogger(new GatewayLogger({ logLevel, logFormat: 'json' }));
    write(new Logger('Somebody'));
    return lines.map((line) => {
      const { time, ...entry } = JSON.parse(line) as Record<string, unknown>;
      expect(new Date(String(time)).toISOString()).toBe(time);
      return entry;
    });
  }

  it('has one line of JSON for each entry, from the configured level on', () => {
    const write = (logger: Logger) => {
      logger.fatal('f');
      logger.error('e');
      logger.warn('w');
      logger.log('l');
      logger.debug('d');
      logger.verbose('v');
    };
    const levels = entries(write).map(({ level, context, message }) => [level, context, message]);
    expect(levels).toEqual([
      ['fatal', 'Somebody', 'f'],
      ['error', 'Somebody', 'e'],
      ['warn', 'Somebody', 'w'],
      ['info', 'Somebody', 'l'],
      ['debug', 'Somebody', 'd'],
      ['debug', 'Somebody', 'v'],
    ]);
    lines = [];
    expect(entries(write, 'info')).toHaveLength(4);
    lines = [];
    expect(entries(write, 'error')).toHaveLength(2);
  });

  it('asks for the words of a message only where they are read', () => {
    const words = jest.fn(() => 'many words');
    expect(entries((logger) => logger.debug(words), 'info')).toEqual([]);
    expect(words).not.toHaveBeenCalled();
    expect(entries((logger) => logger.debug(words))).toMatchObject([{ message: 'many words' }]);
  });

  it('says in a line of a request which one it is', () => {
    const origin = { requestId: 'req_1', route: '/v1/files/:id' };
    expect(entries((logger) => logger.warn({ ...origin, message: 'Somebody’s.' }))).toEqual([
      { level: 'warn', context: 'Somebody', ...origin, message: 'Somebody’s.' },
    ]);
    lines = [];
    expect(entries((logger) => logger.warn('Nobody’s.'))).toEqual([{ level: 'warn', context: 'Somebody', message: 'Nobody’s.' }]);
  });

  it('takes from objects what it knows, of the kind that it knows, and nothing else', () => {
    const told = {
      message: 'Told.',
      requestId: 'req_2',
      status: 200,
      milliseconds: 5,
      method: { toString: () => PRIVATE },
      route: 7,
      headers: { authorization: PRIVATE },
      body: PRIVATE,
      url: `/?text=${PRIVATE}`,
    };
    expect(entries((logger) => logger.log(told))).toEqual([
      { level: 'info', context: 'Somebody', requestId: 'req_2', status: 200, milliseconds: 5, message: 'Told.' },
    ]);
    lines = [];
    expect(entries((logger) => logger.log({ text: PRIVATE }))).toEqual([{ level: 'info', context: 'Somebody', message: 'object' }]);
    expect(lines.join('')).not.toContain(PRIVATE);
  });

  it('has the message of an error where it is ours, and of any other its name, code and place', () => {
    const foreign = Object.assign(new SyntaxError(`Unexpected token in "${PRIVATE}"`), { code: 'E_TOKEN', input: PRIVATE });
    const ours = new ParlanceError('server', 'The vendor is gone.', { cause: foreign });
    const [first, second, third, fourth] = entries((logger) => {
      logger.error('It failed.', foreign);
      logger.error('It failed.', ours);
      logger.error('It failed.', foreign.stack);
      logger.error(foreign);
    });
    const places = expect.arrayContaining([expect.stringMatching(/^at .*gateway-logger\.spec/)]);
    expect(first).toMatchObject({ message: 'It failed.', context: 'Somebody', error: { name: 'SyntaxError', code: 'E_TOKEN', places } });
    expect(first?.['error']).not.toHaveProperty('message');
    expect(second).toMatchObject({ error: { name: 'ParlanceError', code: 'server', message: 'The vendor is gone.' } });
    expect(third).toMatchObject({ message: 'It failed.', error: { places } });
    expect(fourth).toMatchObject({ error: { name: 'SyntaxError', places } });
    expect(lines.join('')).not.toContain(PRIVATE);
  });

  it('is text where a person reads it', () => {
    Logger.overrideLogger(new GatewayLogger({ logLevel: 'info', logFormat: 'text' }));
    new Logger('Somebody').error({ requestId: 'req_3', route: '/v1/models', message: 'It failed.' }, new TypeError(PRIVATE));
    const [head, place] = lines.join('').split('\n');
    expect(head).toMatch(/^\d{4}-\S+Z ERROR \[Somebody\] It failed\. \(TypeError\) req_3$/);
    expect(place).toMatch(/^ {4}at /);
  });

  it('is coloured in a terminal', () => {
    const json = JSON.stringify({ level: 'warn', time: '2026-11-26T00:00:00.000Z', message: 'Look.' });
    expect(textLine(json, true)).toBe('\u001B[2m2026-11-26T00:00:00.000Z\u001B[0m \u001B[33mWARN \u001B[0m Look.\n');
    expect(textLine(json, false)).toBe('2026-11-26T00:00:00.000Z WARN  Look.\n');
  });

  it.each([
    [true, /^\S*\d{4}-\S+Z\S* INFO/],
    [false, /^\{"level":"info"/],
  ])('chooses its form where none is configured (terminal: %p)', (isTerminal, form) => {
    const before = process.stdout.isTTY;
    process.stdout.isTTY = isTerminal;
    try {
      new GatewayLogger({ logLevel: 'info', logFormat: undefined }).log('Hello.');
    } finally {
      process.stdout.isTTY = before;
    }
    expect(lines.join('')).toMatch(form);
  });
});
