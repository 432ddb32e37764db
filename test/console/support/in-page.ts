/**
 * What runs within a page, as text: these files are checked as those of Node, which knows nothing of documents.
 */

/** Before the page: everything that Web Audio hands to the loudspeaker goes past a meter, too. */
export const METER = `
  window.meters = [];
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (target, ...others) {
    if (target instanceof AudioDestinationNode) {
      const meter = this.context.createAnalyser();
      connect.call(this, meter);
      window.meters.push(meter);
    }
    return connect.call(this, target, ...others);
  };
`;

const LOUDEST = `
  const loudest = (meter) => {
    const samples = new Float32Array(meter.fftSize);
    meter.getFloatTimeDomainData(samples);
    return samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  };
`;

/** How loud it is at this moment what Web Audio plays, 0 to 1. */
export const LOUDNESS_OF_SAMPLES = `(() => { ${LOUDEST} return Math.max(0, ...window.meters.map(loudest)); })()`;

/** The same of what the audio element of the page plays. */
export const LOUDNESS_OF_ELEMENT = `(() => {
  ${LOUDEST}
  const audio = document.querySelector('audio');
  if (audio.captureStream === undefined || audio.paused) return 0;
  if (window.elementMeter === undefined) {
    const stream = audio.captureStream();
    if (stream.getAudioTracks().length === 0) return 0;
    const context = new AudioContext();
    window.elementMeter = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(window.elementMeter);
  }
  return loudest(window.elementMeter);
})()`;

/** Another element, or another recording in it, has a meter of its own. */
export const FORGET_METERS = 'window.elementMeter = undefined; window.meters.length = 0;';

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
