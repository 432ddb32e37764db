import { createHash } from 'node:crypto';
import { isAudio } from '../audio/audio-kind.js';
import { SPOKEN_TEXT } from '../audio/spoken-audio.js';
import type { CapturedRequest } from '../captured-request.js';
import type { StandInReply } from '../fault.js';
import { legacyError, refuseParameters } from './deepgram-error.js';

const flag = /^(?:true|false)$/;
const parameters = {
  model: /^[a-z0-9-]+$/,
  language: /^[a-zA-Z0-9-]+$/,
  detect_language: flag,
  punctuate: flag,
  smart_format: flag,
  utterances: flag,
  diarize: flag,
  numerals: flag,
  paragraphs: flag,
  profanity_filter: flag,
  multichannel: flag,
  filler_words: flag,
  mip_opt_out: flag,
  keyterm: /./,
  keywords: /./,
  redact: /^(?:pci|pii|numbers|true)$/,
  tag: /./,
  encoding: /^(?:linear16|flac|mulaw|alaw|amr-nb|amr-wb|opus|speex|g729)$/,
  sample_rate: /^\d+$/,
  channels: /^\d+$/,
};
const nova3 =
  'multi en en-US en-AU en-GB en-IN en-NZ es es-419 fr fr-CA de de-CH it pt pt-BR pt-PT nl nl-BE ru uk pl cs sk sl hr sr bs mk bg ro hu el tr fi ' +
  'sv sv-SE da da-DK no et lv lt be ca hi bn mr ta te kn gu ur ja ko ko-KR zh zh-CN zh-Hans zh-TW zh-Hant zh-HK vi th th-TH id ms tl ar fa he';
const languages: Readonly<Record<string, readonly string[]>> = {
  'nova-3': nova3.split(' '),
  'nova-2': ['multi', 'en', 'en-US', 'de', 'fr', 'es'],
};

export function deepgramListen(request: CapturedRequest): StandInReply {
  const { query, body } = request;
  const refusal = refuseParameters(request, parameters, ['keyterm', 'keywords', 'redact', 'tag']);
  if (refusal !== undefined) return refusal;
  const model = query.get('model') ?? 'nova-3';
  const language = query.get('language') ?? 'en';
  if (languages[model]?.includes(language) !== true) {
    return legacyError(400, 'Bad Request', 'Bad Request: No such model/language/tier combination found.');
  }
  if (query.has('keyterm') && model !== 'nova-3')
    return legacyError(400, 'Bad Request', 'Keyterm prompting is not available for this model.');
  if (query.has('keywords') && model === 'nova-3') return legacyError(400, 'Bad Request', 'Keywords are not supported for Nova-3.');
  const raw = query.has('encoding') && query.has('sample_rate');
  if (body.length === 0 || !(raw || isAudio(body))) {
    return legacyError(400, 'Bad Request', 'Bad Request: failed to process audio: corrupt or unsupported data');
  }
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(heard(request, model)) };
}

function heard({ query, body }: CapturedRequest, model: string) {
  const formatted = query.get('smart_format') === 'true' || query.get('punctuate') === 'true';
  const spoken = SPOKEN_TEXT.split(' ').map((word, index) => ({
    word: word.toLowerCase().replace('.', ''),
    start: 0.1 + index * 0.36,
    end: 0.4 + index * 0.36,
    confidence: 0.99,
    ...(formatted ? { punctuated_word: word } : {}),
  }));
  const transcript = formatted ? SPOKEN_TEXT : spoken.map(({ word }) => word).join(' ');
  const alternative = { transcript, confidence: 0.9985, words: spoken };
  const detected = query.get('detect_language') === 'true' ? { detected_language: 'en', language_confidence: 0.98 } : {};
  const [start, end] = [spoken[0]?.start, spoken.at(-1)?.end];
  const utterance = { start, end, confidence: 0.9985, channel: 0, transcript, words: spoken, id: '2e6d4d1c-5c2b-4b0e-8a3e-3f1e9a7d1f10' };
  return {
    metadata: {
      transaction_key: 'deprecated',
      request_id: 'a7c4c5a0-0d0b-4b52-a30c-2c5f5e6c0f55',
      sha256: createHash('sha256').update(body).digest('hex'),
      created: '2026-11-20T10:00:00.000Z',
      duration: 2.06,
      channels: 1,
      models: ['30089e05-99d1-4376-b32e-c263170674af'],
      model_info: { '30089e05-99d1-4376-b32e-c263170674af': { name: `general-${model}`, version: '2025-01-09.0', arch: model } },
    },
    results: {
      channels: [{ alternatives: [alternative], ...detected }],
      ...(query.get('utterances') === 'true' ? { utterances: [utterance] } : {}),
    },
  };
}
