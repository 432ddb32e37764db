import type { FlightCodec } from '@parlance/cache';
import type { Followed } from '../account.js';
import type { Heard } from '../transcription/recognizer.js';
import { completeFollowed, followedToJson, fromJsonBytes, toJsonBytes } from './followed-json.js';

/** Transcriptions on their way to other processes. Who has transcribed it stays behind: it is in the books. */
export const transcriptionFlight: FlightCodec<Followed, Heard> = {
  encodeHead: (account) => toJsonBytes(followedToJson(account)),
  decodeHead: (bytes) => fromJsonBytes(bytes),
  encodeChunk: (heard) => toJsonBytes('segment' in heard ? heard : { transcript: heard.transcript }),
  decodeChunk: (bytes) => fromJsonBytes(bytes),
  encodeTail: (account) => toJsonBytes(followedToJson(account)),
  applyTail: (account, bytes) => completeFollowed(account, fromJsonBytes(bytes)),
};
