import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const TINY_RATE = 16_000;
/** Samples of one letter at normal speed. */
export const TINY_LETTER = 1600;
/** How loud its two speakers are. */
const GAINS = [0.3, 0.6];
const LONGEST_LETTER = TINY_LETTER * 4;
const LETTERS = Array.from(' abcdefghijklmnopqrstuvwxyz.');

/**
 * Writes a real, if strange, VITS model for sherpa-onnx: it whistles each letter, higher letters higher, for a tenth
 * of a second times the length scale. Its two speakers differ in loudness.
 */
export function writeTinyVoice(directory: string): void {
  const tokens = LETTERS.map((letter, id) => (letter === ' ' ? `${id}\n` : `${letter} ${id}\n`));
  writeFileSync(join(directory, 'tokens.txt'), tokens.join(''));
  writeFileSync(join(directory, 'model.onnx'), model());
}

/** What it whistles for a letter, Hz. */
export function tinyFrequency(letter: string): number {
  return frequencyOf(LETTERS.indexOf(letter));
}

function frequencyOf(id: number): number {
  return 200 + 20 * id;
}

/** ModelProto */
function model(): Buffer {
  const notes = { sample_rate: `${TINY_RATE}`, n_speakers: '2', language: 'English', comment: 'coqui', frontend: 'characters', use_eos_bos: '0', add_blank: '0' };
  return Buffer.concat([
    number(1, 8),
    bytes(7, graph()),
    bytes(8, Buffer.concat([text(1, ''), number(2, 13)])),
    ...Object.entries(notes).map(([key, note]) => bytes(14, Buffer.concat([text(1, key), text(2, note)]))),
  ]);
}

/** GraphProto */
function graph(): Buffer {
  const waves = new Float32Array(LETTERS.length * LONGEST_LETTER);
  for (let index = 0; index < waves.length; index++) {
    const id = Math.floor(index / LONGEST_LETTER);
    waves[index] = id === 0 ? 0 : Math.sin((2 * Math.PI * frequencyOf(id) * (index % LONGEST_LETTER)) / TINY_RATE);
  }
  return Buffer.concat([
    text(2, 'tiny-voice'),
    bytes(1, node('Gather', ['waves', 'input'], 'letters')),
    bytes(1, node('Gather', ['scales', 'second'], 'length_scale')),
    bytes(1, node('Mul', ['length_scale', 'letter'], 'length')),
    bytes(1, node('Cast', ['length'], 'samples', Buffer.concat([text(1, 'to'), number(3, 7), number(20, 2)]))),
    bytes(1, node('Slice', ['letters', 'first', 'samples', 'axis'], 'cut')),
    bytes(1, node('Gather', ['gains', 'sid'], 'gain')),
    bytes(1, node('Mul', ['cut', 'gain'], 'loud')),
    bytes(1, node('Reshape', ['loud', 'shape'], 'output')),
    bytes(5, floats('waves', [LETTERS.length, LONGEST_LETTER], waves)),
    bytes(5, floats('gains', [2], Float32Array.from(GAINS))),
    bytes(5, floats('letter', [1], Float32Array.of(TINY_LETTER))),
    bytes(5, integers('first', [0])),
    bytes(5, integers('second', [1])),
    bytes(5, integers('axis', [2])),
    bytes(5, integers('shape', [1, 1, -1])),
    bytes(11, value('input', 7, [1, 'letters'])),
    bytes(11, value('input_lengths', 7, [1])),
    bytes(11, value('scales', 1, [3])),
    bytes(11, value('sid', 7, [1])),
    bytes(12, value('output', 1, [1, 1, 'samples'])),
  ]);
}

/** NodeProto */
function node(operation: string, inputs: readonly string[], output: string, attribute?: Buffer): Buffer {
  return Buffer.concat([
    ...inputs.map((name) => text(1, name)),
    text(2, output),
    text(4, operation),
    ...(attribute === undefined ? [] : [bytes(5, attribute)]),
  ]);
}

/** TensorProto */
function floats(name: string, shape: readonly number[], values: Float32Array): Buffer {
  return Buffer.concat([...shape.map((size) => number(1, size)), number(2, 1), text(8, name), bytes(9, Buffer.from(values.buffer))]);
}

/** TensorProto */
function integers(name: string, values: readonly number[]): Buffer {
  const raw = Buffer.from(BigInt64Array.from(values, BigInt).buffer);
  return Buffer.concat([number(1, values.length), number(2, 7), text(8, name), bytes(9, raw)]);
}

/** ValueInfoProto */
function value(name: string, type: number, shape: readonly (number | string)[]): Buffer {
  const dimensions = shape.map((size) => bytes(1, typeof size === 'number' ? number(1, size) : text(2, size)));
  const tensor = Buffer.concat([number(1, type), bytes(2, Buffer.concat(dimensions))]);
  return Buffer.concat([text(1, name), bytes(2, bytes(1, tensor))]);
}

function number(field: number, content: number): Buffer {
  return Buffer.concat([variable(field << 3), variable(content)]);
}

function text(field: number, content: string): Buffer {
  return bytes(field, Buffer.from(content));
}

function bytes(field: number, content: Buffer): Buffer {
  return Buffer.concat([variable((field << 3) | 2), variable(content.length), content]);
}

/** Seven bits a byte, the lowest first. */
function variable(content: number): Buffer {
  const parts: number[] = [];
  let rest = content;
  for (; rest > 127; rest >>>= 7) parts.push((rest & 127) | 128);
  return Buffer.from([...parts, rest]);
}
