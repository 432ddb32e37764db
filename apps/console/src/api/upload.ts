import { apiAddress } from './address.js';
import { errorOf } from './api-error.js';
import { EventReader } from './events.js';
import { authorization, noAnswer, noteError } from './request.js';

export interface UploadProgress {
  /** Of the bytes, 0 to 1. */
  onSent: (share: number) => void;
  onEvent: (data: unknown) => void;
}

/**
 * Sends a form and reads the events of its answer as they come. `fetch` cannot tell how much of a body is sent.
 * @throws ApiError; `AbortError` of the signal
 */
export function uploadForm(path: string, form: FormData, { onSent, onEvent }: UploadProgress, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const reader = new EventReader();
    let read = 0;
    const readOn = (): void => {
      if (request.status !== 200) return;
      const text = request.responseText.slice(read);
      read += text.length;
      try {
        for (const { data } of reader.push(text)) onEvent(data);
      } catch (error) {
        reject(error);
        request.abort();
      }
    };
    request.open('POST', apiAddress(path));
    for (const [name, value] of Object.entries(authorization())) request.setRequestHeader(name, value);
    request.upload.addEventListener('progress', ({ loaded, total }) => onSent(total === 0 ? 0 : loaded / total));
    request.upload.addEventListener('load', () => onSent(1));
    request.addEventListener('progress', readOn);
    request.addEventListener('load', () => {
      readOn();
      if (request.status === 200) resolve();
      else reject(noteError(errorOf(request.status, request.responseText, request.getResponseHeader('x-request-id'))));
    });
    request.addEventListener('error', () => reject(noAnswer()));
    request.addEventListener('abort', () => reject(new DOMException('Ended.', 'AbortError')));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(form);
  });
}
