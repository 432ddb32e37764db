import { ParlanceError, throwIfAborted } from '@parlance/contracts';
import { DEFAULT_LINK_SECONDS, type FileLink, type VoiceFiles } from '@parlance/voice';

const NO_LINK = { url: null, expiresAt: null };

type Json = Record<string, unknown>;
type LinkedPart = Json & { file: { id: string } };

/** What an answer with a link to stored speech needs when it is given again. */
export interface LinkRenewal {
  files: VoiceFiles;
  /** Default 3600. */
  expiresInSeconds: number | undefined;
  /** Whether the answer is of no use without a link. */
  needed: boolean;
  signal: AbortSignal;
}

/** An answer as it is kept: a link would be dead before the key is forgotten, and opens the file to whoever reads it. */
export function withoutLink(body: string): string {
  const answer = JSON.parse(body) as Json;
  const linked = linkedPart(answer);
  if (linked === undefined) return body;
  Object.assign(linked, NO_LINK);
  return JSON.stringify(answer);
}

/**
 * A kept answer with a link that is good now, or with none where the file is not there any more or the store is away.
 * @returns `undefined`: there is no link, and without it the answer is of no use
 * @throws AbortedError
 */
export async function withLinkOfNow(body: string, renewal: LinkRenewal): Promise<string | undefined> {
  const answer = JSON.parse(body) as Json;
  const linked = linkedPart(answer);
  if (linked === undefined) return body;
  const link = await linkOfNow(linked.file.id, renewal);
  if (link === undefined && renewal.needed) return undefined;
  Object.assign(linked, link ?? NO_LINK);
  return JSON.stringify(answer);
}

/** What has the file and its link: the answer itself, or the audio of a turn; `undefined`: nothing was stored. */
function linkedPart(answer: Json): LinkedPart | undefined {
  return [answer, answer['audio']].find((part): part is LinkedPart => (part as Partial<LinkedPart> | null | undefined)?.file != null);
}

async function linkOfNow(
  id: string,
  { files, expiresInSeconds = DEFAULT_LINK_SECONDS, signal }: LinkRenewal,
): Promise<FileLink | undefined> {
  try {
    return await files.link(id, expiresInSeconds, signal);
  } catch (error) {
    throwIfAborted(signal);
    if (!(error instanceof ParlanceError)) throw error;
    return undefined;
  }
}
