import { signal } from '@preact/signals';
import { ApiError } from '../api/api-error.js';

/** Records from the microphone. */
export class Recorder {
  readonly isRecording = signal(false);
  /** Whole seconds so far. */
  readonly seconds = signal(0);
  private recording: { recorder: MediaRecorder; stream: MediaStream; timer: ReturnType<typeof setInterval> } | undefined;
  private parts: Blob[] = [];
  /** What is to be recorded: while the browser asks whether it may, the button may be pressed again, or the page left. */
  private wanted: symbol | undefined;

  /**
   * @param onLost is told when the microphone goes away by itself
   * @throws ApiError that says why there is no microphone
   */
  async start(onLost: () => void): Promise<void> {
    if (this.wanted !== undefined) return;
    const wanted = (this.wanted = Symbol('recording'));
    const stream = await microphone().catch((error: unknown) => {
      if (this.wanted === wanted) this.wanted = undefined;
      throw error;
    });
    if (this.wanted !== wanted) return release(stream);
    const recorder = new MediaRecorder(stream);
    this.parts = [];
    this.seconds.value = 0;
    recorder.addEventListener('dataavailable', ({ data }) => this.parts.push(data));
    recorder.addEventListener('stop', () => {
      if (this.recording?.recorder === recorder) onLost();
    });
    const timer = setInterval(() => (this.seconds.value += 1), 1000);
    this.recording = { recorder, stream, timer };
    recorder.start();
    this.isRecording.value = true;
    addEventListener('beforeunload', askFirst);
  }

  /** Ends it. @returns the recording; nothing when none was made */
  async stop(): Promise<File | undefined> {
    const { recording } = this;
    this.wanted = undefined;
    if (recording === undefined) return undefined;
    this.recording = undefined;
    const { recorder, stream, timer } = recording;
    clearInterval(timer);
    // Where the microphone went away it has ended by itself.
    if (recorder.state !== 'inactive') {
      const stopped = new Promise((resolve) => recorder.addEventListener('stop', resolve, { once: true }));
      recorder.stop();
      await stopped;
    }
    release(stream);
    removeEventListener('beforeunload', askFirst);
    this.isRecording.value = false;
    return new File(this.parts, nameOf(recorder.mimeType), { type: recorder.mimeType });
  }
}

/** The browser asks whether the page may be closed or loaded anew: the recording would be lost. */
function askFirst(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

function release(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** The gateway reads the format from the bytes; a name is for people. */
function nameOf(mediaType: string): string {
  return `recording.${mediaType.includes('mp4') ? 'm4a' : mediaType.includes('ogg') ? 'ogg' : 'webm'}`;
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
