/**
 * What runs within a page, as text: these files are checked as those of Node, which knows nothing of documents.
 */

const LOUDEST = `
  const loudest = (samples) => samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
`;

/**
 * Before the page: what Web Audio is given to play is looked at, because it may be over before anybody can listen; and what
 * an audio element plays goes through a meter. A stream that is captured from an element is silent every now and then.
 */
export const METER = `
  ${LOUDEST}
  window.given = 0;
  const start = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = function (...when) {
    window.given = Math.max(window.given, loudest(this.buffer.getChannelData(0)));
    return start.apply(this, when);
  };
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    if (this.meter === undefined) {
      window.meterContext ??= new AudioContext();
      this.meter = window.meterContext.createAnalyser();
      window.meterContext.createMediaElementSource(this).connect(this.meter).connect(window.meterContext.destination);
    }
    return play.call(this);
  };
`;

/** How loud the loudest was that Web Audio was given to play, 0 to 1. */
export const LOUDNESS_OF_SAMPLES = 'window.given';

/** How loud it is at this moment what the audio element of the page plays, 0 to 1; what has ended is played once more. */
export const LOUDNESS_OF_ELEMENT = `(() => {
  ${LOUDEST}
  const audio = document.querySelector('audio');
  if (audio.ended) void audio.play();
  if (audio.paused || audio.meter === undefined) return 0;
  const samples = new Float32Array(audio.meter.fftSize);
  audio.meter.getFloatTimeDomainData(samples);
  return loudest(samples);
})()`;

/** Of what was before. */
export const FORGET_SAMPLES = 'window.given = 0;';

/** Where the audio element is, in seconds. */
export const POSITION = "document.querySelector('audio').currentTime";

/** How much wider than the window the page is, in pixels. */
export const OVERHANG = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

/** Whether what has the focus can be seen to have it. */
export const SHOWS_FOCUS = `(() => {
  const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
  return outlineStyle !== 'none' && parseFloat(outlineWidth) > 0;
})()`;

/** Drops a file on an element. */
export function dropFile(selector: string, name: string, bytes: Uint8Array): string {
  return `(() => {
    const bytes = Uint8Array.from(atob('${Buffer.from(bytes).toString('base64')}'), (letter) => letter.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([bytes], '${name}'));
    for (const type of ['dragover', 'drop']) {
      document.querySelector('${selector}').dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    }
  })()`;
}

/** The browser gives the microphone when it is let go, as if somebody had to allow it first. */
export const HELD_MICROPHONE = `
  window.microphones = [];
  const give = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  const allowed = new Promise((resolve) => (window.letGo = resolve));
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    await allowed;
    const stream = await give(wanted);
    window.microphones.push(stream.getAudioTracks()[0]);
    return stream;
  };
`;

/** Whether each microphone that was given since is `live` or `ended`. */
export const MICROPHONES = 'window.microphones.map((track) => track.readyState)';

/** The microphone is gone, as when it is unplugged. */
export const UNPLUG = 'window.microphones[0].stop()';
