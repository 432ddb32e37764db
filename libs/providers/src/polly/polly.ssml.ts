export interface Prosody {
  /** Factor of the normal rate. */
  speed: number;
  /** Semitones. */
  pitch: number;
  /** Decibels. */
  volumeGain: number;
}

/** The text within `<prosody>`, escaped; `undefined` when there is nothing to change and plain text does. */
export function toSsml(text: string, { speed, pitch, volumeGain }: Prosody): string | undefined {
  const attributes = [
    ...(speed === 1 ? [] : [`rate="${Math.round(speed * 100)}%"`]),
    ...(pitch === 0 ? [] : [`pitch="${signed((2 ** (pitch / 12) - 1) * 100)}%"`]),
    ...(volumeGain === 0 ? [] : [`volume="${signed(volumeGain)}dB"`]),
  ];
  return attributes.length === 0 ? undefined : `<speak><prosody ${attributes.join(' ')}>${escapeXml(text)}</prosody></speak>`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Without what XML cannot hold even escaped: control characters, halves of characters. */
function escapeXml(text: string): string {
  return text.replaceAll(/(?![\t\n\r])[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, '').replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}

function signed(value: number): string {
  const rounded = Math.round(value * 100) / 100;
  return rounded < 0 ? String(rounded) : `+${rounded}`;
}
