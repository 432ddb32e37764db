import { throwIfAborted, TimeLimit } from '@parlance/contracts';
import { Client, type Dispatcher } from 'undici';
import { guardedLookup, resolveBySystem, type Resolve } from './guarded-lookup.js';
import { asRemoteError, failed, tooLarge, tooSlow, unusable } from './remote-error.js';
import { checkUrl, isAllowedHost, type UrlRules } from './remote-url.js';

export interface RemoteFilesOptions {
  /** Takes links that begin with `http:` too; default false. */
  allowHttp?: boolean;
  /** Hosts that links may lead to wherever they are, as `host` (any port) or `host:port`: one's own servers. Default: none. */
  allowedHosts?: readonly string[];
  /** For all of it, redirects included; default 60 000. */
  totalMilliseconds?: number;
  /** For making a connection, and then until the answer begins; default 10 000 each. */
  firstByteMilliseconds?: number;
  /** How long an answer may pause; default 10 000. */
  idleMilliseconds?: number;
  /** How names become addresses; default: as the system does it. */
  resolve?: Resolve;
}

export interface FetchOptions {
  /** Of the file. */
  maximumBytes: number;
  signal: AbortSignal;
}

export interface RemoteFile {
  bytes: Uint8Array;
  /** As the other side calls it, which may be wrong; `application/octet-stream` where it says nothing. */
  mediaType: string;
}

const MOST_REDIRECTS = 3;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MEDIA_TYPE = /^(?:audio\/[\w.+-]+|video\/(?:mp4|webm)|application\/(?:ogg|octet-stream)|binary\/octet-stream)$/;

/**
 * Fetches recordings from links that callers give. Only public addresses are asked, judged when the connection is
 * made, and anew for every redirect. A link may be a secret: it is in no message and no log.
 */
export class RemoteFiles {
  private readonly rules: UrlRules;
  private readonly limits: Required<Pick<RemoteFilesOptions, 'totalMilliseconds' | 'firstByteMilliseconds' | 'idleMilliseconds'>>;
  private readonly resolve: Resolve;

  constructor(options: RemoteFilesOptions = {}) {
    const { allowHttp = false, allowedHosts = [], resolve = resolveBySystem } = options;
    const { totalMilliseconds = 60_000, firstByteMilliseconds = 10_000, idleMilliseconds = 10_000 } = options;
    this.rules = { allowHttp, allowedHosts: new Set(allowedHosts.map((host) => host.toLowerCase())) };
    this.limits = { totalMilliseconds, firstByteMilliseconds, idleMilliseconds };
    this.resolve = resolve;
  }

  /**
   * The whole of a file. Nothing of the caller's request goes along: no cookie, no authorization.
   * @throws ParlanceError about the param `url`: `invalid` for a link that is not taken or leads to no recording,
   * `too_large`, `timeout`, `server` when the other side fails; AbortedError
   */
  async fetch(url: string, { maximumBytes, signal }: FetchOptions): Promise<RemoteFile> {
    throwIfAborted(signal);
    const limit = new TimeLimit(signal, this.limits.totalMilliseconds);
    try {
      return await this.follow(checkUrl(url, this.rules), maximumBytes, limit.signal);
    } catch (error) {
      throw limit.isOver && !signal.aborted ? tooSlow() : asRemoteError(error, signal);
    } finally {
      limit.unlink();
    }
  }

  private async follow(url: URL, maximumBytes: number, signal: AbortSignal): Promise<RemoteFile> {
    let current = url;
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
      const answer = await this.ask(current, maximumBytes, signal);
      if (!(answer instanceof URL)) return answer;
      current = answer;
    }
    throw unusable(`The link redirects more than ${MOST_REDIRECTS} times. Give the one it leads to in the end.`);
  }

  /** What is there, or where it is said to be instead. Over a connection of its own, which ends here. */
  private async ask(url: URL, maximumBytes: number, signal: AbortSignal): Promise<RemoteFile | URL> {
    signal.throwIfAborted();
    const { firstByteMilliseconds, idleMilliseconds } = this.limits;
    const lookup = guardedLookup(this.resolve, isAllowedHost(url, this.rules));
    const client = new Client(url.origin, {
      connect: { lookup, timeout: firstByteMilliseconds },
      headersTimeout: firstByteMilliseconds,
      bodyTimeout: idleMilliseconds,
    });
    // The client itself looks at the signal only once it is connected.
    const leave = () => void client.destroy();
    signal.addEventListener('abort', leave, { once: true });
    try {
      const headers = { accept: 'audio/*, */*;q=0.5', 'accept-encoding': 'identity', 'user-agent': 'Parlance' };
      const answer = await client.request({ method: 'GET', path: url.pathname + url.search, headers, signal });
      // An answer that is not read to its end fails when the connection ends.
      answer.body.on('error', () => undefined);
      if (REDIRECTS.has(answer.statusCode)) return checkUrl(headerOf(answer, 'location') ?? '', this.rules, url);
      return await readFile(answer, maximumBytes);
    } finally {
      signal.removeEventListener('abort', leave);
      await client.destroy();
    }
  }
}

async function readFile(answer: Dispatcher.ResponseData, maximumBytes: number): Promise<RemoteFile> {
  const mediaType = checkHead(answer, maximumBytes);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length > maximumBytes) throw tooLarge(maximumBytes);
    chunks.push(chunk);
  }
  if (length === 0) throw unusable('The link leads to an empty file. Give one to a recording.');
  return { bytes: Buffer.concat(chunks, length), mediaType };
}

/** Everything that can be refused before the bytes come. Returns the media type. */
function checkHead(answer: Dispatcher.ResponseData, maximumBytes: number): string {
  const { statusCode } = answer;
  if (statusCode >= 500 || statusCode === 429) throw failed(new Error(String(statusCode)));
  if (statusCode !== 200) throw unusable(`The link answers ${statusCode}. Give one that opens without signing in and is still good.`);
  const mediaType = (headerOf(answer, 'content-type') ?? 'application/octet-stream').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (!MEDIA_TYPE.test(mediaType)) throw unusable('The link leads to something that is no audio. Give one to the recording itself.');
  if ((headerOf(answer, 'content-encoding') ?? 'identity') !== 'identity') {
    throw unusable('The link leads to a compressed file. Give one to the recording as it is.');
  }
  if (Number(headerOf(answer, 'content-length') ?? 0) > maximumBytes) throw tooLarge(maximumBytes);
  return mediaType;
}

function headerOf({ headers }: Dispatcher.ResponseData, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
