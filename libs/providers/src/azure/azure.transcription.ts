import type { Transcript, TranscriptionCapabilities, TranscriptionProvider, TranscriptionRequest } from '@parlance/contracts';
import { expectJson } from '../http/audio-body.js';
import { checkTranscriptionRequest } from '../requests/check-request.js';
import { readText } from '../http/http-client.js';
import { vendorFailure } from '../http/vendor-failure.js';
import { ignoredTranscription } from '../requests/ignored-transcription.js';
import { listeningLimits } from '../requests/listening-limits.js';
import { expectedTerms } from '../requests/expected-terms.js';
import { azureRequestIds, readAzureError, type AzureConnection } from './azure.connection.js';
import type { AzureListening } from './azure.listening.js';

/** Hears by one of Azure's interfaces. */
export class AzureTranscription implements TranscriptionProvider {
  readonly name: string;
  readonly capabilities: TranscriptionCapabilities;

  constructor(
    private readonly connection: AzureConnection,
    private readonly listening: AzureListening,
  ) {
    this.name = connection.name;
    this.capabilities = listening.capabilities;
  }

  async transcribe(request: TranscriptionRequest, signal: AbortSignal): Promise<Transcript> {
    checkTranscriptionRequest(request, this.capabilities, this.name, signal);
    const { http, apiKey } = this.connection;
    const response = await http.send(
      this.listening.request(this.connection, request),
      signal,
      listeningLimits(http.limits, request.recording),
    );
    if (response.status !== 200) {
      const context = {
        provider: this.name,
        secrets: [apiKey, request.prompt, ...expectedTerms(request.prompt)],
        requestIdHeaders: azureRequestIds,
      };
      throw await vendorFailure(response, readAzureError, context);
    }
    const body = expectJson(await readText(response, 64 * 1024 * 1024), this.name);
    const warnings = ignoredTranscription(this.name, request, this.listening.ignores);
    return { ...this.listening.transcript(body, request, this.name), warnings };
  }
}
