import type { Transcript, TranscriptionCapabilities, TranscriptionRequest } from '@parlance/contracts';
import type { HttpRequest } from '../http/http-client.js';
import type { AzureConnection } from './azure.connection.js';

/** One of the interfaces by which Azure hears. */
export interface AzureListening {
  capabilities: TranscriptionCapabilities;
  /** What it cannot be told. */
  ignores: readonly ('prompt' | 'temperature' | 'punctuation')[];
  /** @throws ParlanceError for what it does not take */
  request(connection: AzureConnection, request: TranscriptionRequest): HttpRequest;
  /** @throws ParlanceError when the answer is a failure after all */
  transcript(body: Record<string, unknown>, request: TranscriptionRequest, provider: string): Omit<Transcript, 'warnings'>;
}
