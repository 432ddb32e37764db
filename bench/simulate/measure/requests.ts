import { newRecordings, newSpeech, sameSpeech } from '../../harness/requests.js';
import type { Request } from '../../harness/load.js';
import { upload, uploadHeaders } from '../../harness/upload.js';
import type { Kind } from '../measured.js';

const BYTES_OF_LARGE_RECORDING = 5_000_000;

let counter = 0;

/**
 * What is sent for each kind, so that nothing but `hit` is answered from the cache, and no limit of a user is met.
 * @param voiceNote an mp3
 * @param callers at the most
 */
export function requestFor(kind: Kind, voiceNote: Buffer, callers: number): Request {
  const requests: Record<Kind, () => Request> = {
    hit: () => sameSpeech,
    speech: () => newSpeech,
    transcription: () => newRecordings(callers, BYTES_OF_LARGE_RECORDING),
    turn: () => ({ path: '/v1/agents/demo/turns', headers: uploadHeaders, body: () => newTurn(voiceNote) }),
  };
  return requests[kind]();
}

function newTurn(voiceNote: Buffer): Buffer {
  counter++;
  const bytes = titled(voiceNote, `Number ${counter}`);
  return upload({ thread: `thread ${counter}`, user: `user ${counter}` }, { name: 'a.mp3', contentType: 'audio/mpeg', bytes });
}

/** The same audio with a title before it (ID3v2): another recording for whoever compares bytes. */
function titled(audio: Buffer, title: string): Buffer {
  const text = Buffer.from(`\x00${title}`, 'latin1');
  const frame = Buffer.concat([Buffer.from([0x54, 0x49, 0x54, 0x32, 0, 0, 0, text.length, 0, 0]), text]);
  return Buffer.concat([Buffer.from([0x49, 0x44, 0x33, 3, 0, 0, 0, 0, 0, frame.length]), frame, audio]);
}
