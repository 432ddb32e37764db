import type { FlightCodec } from '@parlance/cache';
import type { Followed } from '../account.js';
import { completeFollowed, followedToJson, fromJsonBytes, toJsonBytes } from './followed-json.js';

/** What goes ahead of the audio of a request that others may follow. */
export interface SpeechFlightHead {
  /** Hz. */
  sampleRate: number;
  account: Followed;
  /** All of the audio, for this process, where it was there at once. */
  bytes?: Uint8Array;
}

/** Speech on its way to other processes: the audio as it is. */
export const speechFlight: FlightCodec<SpeechFlightHead, Uint8Array> = {
  encodeHead: ({ sampleRate, account }) => toJsonBytes({ sampleRate, account: followedToJson(account) }),
  decodeHead: (bytes) => fromJsonBytes(bytes),
  encodeChunk: (audio) => audio,
  decodeChunk: (audio) => audio,
  encodeTail: ({ account }) => toJsonBytes(followedToJson(account)),
  applyTail: ({ account }, bytes) => completeFollowed(account, fromJsonBytes(bytes)),
};
