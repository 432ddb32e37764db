import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ParlanceError } from '@parlance/contracts';

const PACKAGE = '@moonshine-ai/moonshine-js';
const FOLDER = 'dist/model/tiny/quantized';

/** The files of Moonshine-tiny (English, MIT). A damaged file would end the process when it is loaded. */
export const WEIGHTS = {
  encoder: { file: 'encoder_model.onnx', sha256: 'c6fc4b7bc5af75c0591fd157a1f3829b533d18e9769a888fd95a62e470dd4f4a' },
  decoder: { file: 'decoder_model_merged.onnx', sha256: 'eed87831c3a6103534aae7d47a5d485025c659a1323901513961c39fe8a1a367' },
} as const;

export interface WeightPaths {
  encoder: string;
  decoder: string;
}

/** Files whose checksum was right in this process. */
const verified = new Set<string>();

/** @throws ParlanceError `unavailable` when the package with the weights is not installed */
export function findWeights(): WeightPaths {
  // The package exports nothing but its browser code, so its files cannot be resolved by name.
  const folders = createRequire(import.meta.url).resolve.paths(PACKAGE) ?? [];
  const folder = folders.map((path) => join(path, PACKAGE, FOLDER)).find((path) => existsSync(join(path, WEIGHTS.encoder.file)));
  if (folder === undefined) {
    const message = `The weights of the embedded recogniser are not installed. Install the dependencies again (npm ci); they come with ${PACKAGE}.`;
    throw new ParlanceError('unavailable', message, { provider: 'local', reason: 'weights_missing' });
  }
  return { encoder: join(folder, WEIGHTS.encoder.file), decoder: join(folder, WEIGHTS.decoder.file) };
}

/** @throws ParlanceError `unavailable` when a file is not what it must be */
export async function verifyWeights(paths: WeightPaths): Promise<void> {
  verifyFile(paths.encoder, WEIGHTS.encoder.sha256);
  verifyFile(paths.decoder, WEIGHTS.decoder.sha256);
}

/**
 * At once: it takes 40 ms, once in a process. Piece by piece it takes hundreds of turns of the event loop, which has few to give
 * while the process starts: the recogniser then began to load 2 s later.
 */
function verifyFile(path: string, sha256: string): void {
  const key = `${sha256} ${path}`;
  if (verified.has(key)) return;
  const found = createHash('sha256').update(readFileSync(path)).digest('hex');
  if (found !== sha256) {
    const message = 'The weights of the embedded recogniser are damaged: their checksum is wrong. Install the dependencies again (npm ci).';
    throw new ParlanceError('unavailable', message, { provider: 'local', reason: 'weights_damaged' });
  }
  verified.add(key);
}
