import { pcm16ToSamples, type AudioConverter, type Pcm } from '@parlance/audio';
import type { SpeechAudio } from '@parlance/contracts';
import { collect } from '../streams/async-streams.js';

/** A provider's audio as samples: at once for `pcm`, decoded when whole for anything else. */
export async function* speechPcm(audio: SpeechAudio, converter: AudioConverter, signal: AbortSignal): AsyncGenerator<Pcm> {
  if (audio.format !== 'pcm') {
    yield await converter.decode(await collect(audio.chunks), {}, signal);
    return;
  }
  let odd: Uint8Array = new Uint8Array();
  for await (const chunk of audio.chunks) {
    // A sample is two bytes, and a network cuts where it likes.
    const bytes = odd.length === 0 ? chunk : Buffer.concat([odd, chunk]);
    const even = bytes.length - (bytes.length % 2);
    odd = bytes.subarray(even);
    if (even > 0) yield { samples: pcm16ToSamples(bytes.subarray(0, even)), sampleRate: audio.sampleRate };
  }
}
