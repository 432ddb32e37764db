import { signal } from '@preact/signals';
import { ApiError } from '../api/api-error.js';

/** Records from the microphone. */
export class Recorder {
  readonly isRecording = signal(false);
  /** Whole seconds so far. */
  readonly seconds = signal(0);
  private recording: { recorder: MediaRecorder; stream: MediaStream; timer: ReturnType<typeof setInterval> } | undefined;
  private parts: Blob[] = [];

  /** @throws ApiError that says why there is no microphone */
  async start(): Promise<void> {
    const stream = await microphone();
    const recorder = new MediaRecorder(stream);
    this.parts = [];
    this.seconds.value = 0;
    recorder.addEventListener('dataavailable', ({ data }) => this.parts.push(data));
    const timer = setInterval(() => (this.seconds.value += 1), 1000);
    this.recording = { recorder, stream, timer };
    recorder.start();
    this.isRecording.value = true;
  }

  /** Ends it. @returns the recording; nothing when none was made */
  async stop(): Promise<Blob | undefined> {
    const { recording } = this;
    if (recording === undefined) return undefined;
    this.recording = undefined;
    const { recorder, stream, timer } = recording;
    clearInterval(timer);
    const stopped = new Promise((resolve) => recorder.addEventListener('stop', resolve, { once: true }));
    recorder.stop();
    await stopped;
    for (const track of stream.getTracks()) track.stop();
    this.isRecording.value = false;
    return new Blob(this.parts, { type: recorder.mimeType });
  }
}

async function microphone(): Promise<MediaStream> {
  const devices = (navigator as { mediaDevices?: MediaDevices }).mediaDevices;
  if (devices === undefined) {
    throw problem('Browsers give the microphone to pages over https, or from this machine (127.0.0.1, localhost), only.');
  }
  try {
    return await devices.getUserMedia({ audio: true });
  } catch (error) {
    const { name } = error as DOMException;
    if (name === 'NotAllowedError') throw problem('The microphone is not allowed for this page. Allow it in the browser, then try again.');
    if (name === 'NotFoundError') throw problem('There is no microphone. Connect one, or choose a file.');
    throw problem(`The microphone cannot be used (${name}). Another program may have it.`);
  }
}

function problem(message: string): ApiError {
  return new ApiError({ status: 0, message });
}
