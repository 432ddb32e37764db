import type { AzureOptions } from './azure.options.js';

/** Where Azure's three interfaces are, each without a slash at the end. */
export interface AzureAddresses {
  /** Before `/cognitiveservices/v1`. */
  speech: string;
  /** Before `/speech/recognition/...`. */
  recognition: string;
  /** Before `/speechtotext/...`. */
  transcription: string;
}

export function azureAddresses({ region, endpoint, speechUrl, recognitionUrl }: AzureOptions): AzureAddresses {
  const usual = endpoint === undefined ? ofRegion(region ?? '') : ofEndpoint(trimmed(endpoint));
  return {
    ...usual,
    ...(speechUrl === undefined ? {} : { speech: trimmed(speechUrl) }),
    ...(recognitionUrl === undefined ? {} : { recognition: trimmed(recognitionUrl) }),
  };
}

/** What the portal calls the endpoint is the resource's own domain, or only another way to say the region. */
function ofEndpoint(endpoint: string): AzureAddresses {
  const region = /^([a-z0-9-]+)\.api\.cognitive\.(?:microsoft\.com|microsoft\.us|azure\.cn)$/i.exec(new URL(endpoint).hostname)?.[1];
  if (region !== undefined) return ofRegion(region);
  return { speech: `${endpoint}/tts`, recognition: `${endpoint}/stt`, transcription: endpoint };
}

function ofRegion(region: string): AzureAddresses {
  const [speech, cognitive] = domains(region);
  return {
    speech: `https://${region}.tts.speech.${speech}`,
    recognition: `https://${region}.stt.speech.${speech}`,
    transcription: `https://${region}.api.cognitive.${cognitive}`,
  };
}

/** China and the government of the United States have clouds of their own. */
function domains(region: string): readonly [speech: string, cognitive: string] {
  if (region.startsWith('china')) return ['azure.cn', 'azure.cn'];
  if (region.startsWith('usgov')) return ['azure.us', 'microsoft.us'];
  return ['microsoft.com', 'microsoft.com'];
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, '');
}
