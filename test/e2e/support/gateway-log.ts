import { privateWords, type PrivateWords } from './private-words.js';

/** Lines that are for nobody to see while tests run. */
const BELOW_ERROR = /^\{"level":"(?:debug|info|warn)"/;

/** Everything that a gateway writes. */
export class GatewayLog {
  private readonly pieces: string[] = [];

  constructor(private readonly words: PrivateWords = privateWords) {}

  add(piece: string): void {
    this.pieces.push(piece);
  }

  get text(): string {
    return this.pieces.join('');
  }

  /** @throws Error with every line that has something private in it */
  check(): void {
    const leaks = this.words.leaksIn(this.text);
    if (leaks.length > 0) throw new Error(`The log of the gateway has something private in it:\n${leaks.join('\n')}`);
  }
}

const watching = new Set<GatewayLog>();
let restore: (() => void)[] = [];

/**
 * Everything that this process writes until `end`, as a gateway in it does; of log lines only errors are shown meanwhile.
 * Jest has a console of its own: what libraries write there is a part of it, too.
 */
export function watchThisProcess(log = new GatewayLog()): { log: GatewayLog; end: () => void } {
  if (watching.size === 0) {
    const levels = ['log', 'info', 'warn', 'error', 'debug'] as const;
    restore = [watchStream(process.stdout), watchStream(process.stderr), ...levels.map((level) => watchConsole(level))];
  }
  watching.add(log);
  const end = () => {
    if (watching.delete(log) && watching.size === 0) for (const undo of restore) undo();
  };
  return { log, end };
}

// By hand: a test that restores all mocks must not end it.
function watchStream(stream: NodeJS.WriteStream): () => void {
  const write = stream.write.bind(stream);
  stream.write = (piece: string | Uint8Array, ...rest: []) => {
    const text = Buffer.from(piece as string).toString();
    tell(text);
    return BELOW_ERROR.test(text) || write(piece, ...rest);
  };
  return () => (stream.write = write);
}

function watchConsole(level: 'log' | 'info' | 'warn' | 'error' | 'debug'): () => void {
  const write = console[level];
  console[level] = (...words: unknown[]) => {
    tell(`${words.map(String).join(' ')}\n`);
    write.call(console, ...words);
  };
  return () => (console[level] = write);
}

function tell(text: string): void {
  for (const log of watching) log.add(text);
}
