import { ParlanceError } from '@parlance/contracts';

/**
 * JSON objects one after the other, on lines of their own or over several, each as soon as it is complete: wherever
 * the bytes were cut, inside of a character too.
 * @throws ParlanceError `server` for anything else
 */
export async function* jsonObjects(body: AsyncIterable<Uint8Array>, provider: string): AsyncGenerator {
  const decoder = new TextDecoder();
  const scanner = new ObjectScanner(provider);
  for await (const bytes of body) yield* scanner.take(decoder.decode(bytes, { stream: true }));
  yield* scanner.take(decoder.decode());
  scanner.end();
}

class ObjectScanner {
  private text = '';
  private position = 0;
  private depth = 0;
  private quoted = false;

  constructor(private readonly provider: string) {}

  *take(piece: string): Generator {
    this.text += piece;
    for (; this.position < this.text.length; this.position++) {
      if (!this.quoted) this.step();
      else if (!this.leaveString()) break;
      if (this.depth === 0 && this.text[this.position] === '}') {
        yield this.parse(this.text.slice(0, this.position + 1));
        this.text = this.text.slice(this.position + 1);
        this.position = -1;
      }
    }
  }

  end(): void {
    if (this.depth > 0) throw this.broken('broke off in the middle of its answer. Try again');
  }

  /** Looks at one character outside of strings. Whitespace between objects is dropped. */
  private step(): void {
    const character = this.text[this.position] ?? '';
    if (this.depth === 0) {
      if (character === '{') this.text = this.text.slice(this.position);
      else if (character.trim() !== '') throw this.broken('answered with something that is not its usual JSON. Check its address');
      if (character === '{') this.position = 0;
    }
    if (character === '"') this.quoted = true;
    if (character === '{') this.depth++;
    if (character === '}') this.depth--;
  }

  /** Goes to the end of the string: audio is one string, most of the answer. `false`: it is not there yet. */
  private leaveString(): boolean {
    const special = /["\\]/g;
    special.lastIndex = this.position;
    const found = special.exec(this.text);
    if (found === null) {
      this.position = this.text.length;
      return false;
    }
    this.position = found.index;
    if (found[0] === '"') this.quoted = false;
    // The escaped character, which may not be there yet, is stepped over by whoever goes on.
    else this.position++;
    return true;
  }

  private parse(text: string): unknown {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      // The parser's message repeats the text.
      throw this.broken('answered with something that is not its usual JSON. Check its address');
    }
  }

  private broken(what: string): ParlanceError {
    return new ParlanceError('server', `${this.provider} ${what}.`, { provider: this.provider });
  }
}
