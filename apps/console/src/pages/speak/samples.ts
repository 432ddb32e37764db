import { signal } from '@preact/signals';
import { toApiError, type ApiError } from '../../api/api-error.js';
import { call } from '../../api/request.js';
import { Player } from '../../audio/player.js';
import { receive } from '../../audio/receive.js';

/** The voice whose sample is heard, or nothing. */
export const sampled = signal<string | undefined>(undefined);
export const sampleError = signal<ApiError | undefined>(undefined);
export const samplePlayer = new Player();

let controller = new AbortController();

samplePlayer.element.addEventListener('ended', () => (sampled.value = undefined));

/** Has a voice say who it is; the same again stops it. */
export async function playSample(voice: string, model: string): Promise<void> {
  const isStopped = sampled.value === voice;
  stopSample();
  if (isStopped) return;
  const { signal: ended } = (controller = new AbortController());
  sampled.value = voice;
  sampleError.value = undefined;
  samplePlayer.begin('mp3');
  try {
    const wish = { text: `Hello, I am ${voice}. This is how I sound.`, voice, format: 'mp3', ...(model !== '' && { model }) };
    const response = await call('v1/voice/speak', { json: wish, signal: ended });
    await samplePlayer.finish(await receive(response, 'mp3', samplePlayer));
  } catch (error) {
    if (ended.aborted) return;
    stopSample();
    sampleError.value = toApiError(error);
  }
}

export function stopSample(): void {
  controller.abort();
  samplePlayer.clear();
  sampled.value = undefined;
}
