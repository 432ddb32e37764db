import { ParlanceError } from '@parlance/contracts';
import { field, listField, textField } from '../http/json-fields.js';
import type { FailureContext } from '../http/vendor-failure.js';
import { eventFailure } from './openai-realtime.errors.js';
import type { RealtimeSession } from './realtime-session.js';
import { mayBecome, sameWords } from './spoken-words.js';

export interface ResponseLimits {
  firstByteMilliseconds: number;
  idleMilliseconds: number;
}

/** The audio of one response, as its events bring it, and what was said in it. */
export class SpokenResponse {
  private begun = '';
  private readonly transcripts: string[] = [];
  private heard = false;

  constructor(
    private readonly session: RealtimeSession,
    /** What must be spoken; absent: anything may be. */
    private readonly text: string | undefined,
    private readonly limits: ResponseLimits,
    private readonly failure: FailureContext,
  ) {}

  /** The next piece of audio; `undefined` when all of it has come and was the text. @throws ParlanceError */
  async next(): Promise<Uint8Array | undefined> {
    const { firstByteMilliseconds, idleMilliseconds } = this.limits;
    for (;;) {
      const event = await this.session.next(this.heard ? idleMilliseconds : firstByteMilliseconds);
      switch (textField(event, 'type') ?? '') {
        case 'response.output_audio.delta': {
          const bytes = Buffer.from(textField(event, 'delta') ?? '', 'base64');
          if (bytes.length === 0) break;
          this.heard = true;
          return bytes;
        }
        case 'response.output_audio_transcript.delta':
          this.begun += textField(event, 'delta') ?? '';
          if (this.text !== undefined && !mayBecome(this.text, this.begun)) throw this.changed();
          break;
        case 'response.output_audio_transcript.done':
          this.transcripts.push(textField(event, 'transcript') ?? '');
          this.begun += ' ';
          break;
        case 'error':
          throw eventFailure(field(event, 'error'), this.failure);
        case 'response.done':
          this.finish(field(event, 'response'));
          return undefined;
        default:
      }
    }
  }

  private finish(response: unknown): void {
    const status = textField(response, 'status') ?? 'completed';
    if (status !== 'completed') throw this.unfinished(status, field(response, 'status_details'));
    const { provider } = this.failure;
    if (!this.heard) throw new ParlanceError('empty', `${provider} answered without any audio.`, { provider });
    const said = this.transcripts.length > 0 ? this.transcripts : transcriptsOf(response);
    if (this.text !== undefined && !sameWords(this.text, said.join(' '))) throw this.changed();
  }

  private unfinished(status: string, details: unknown): ParlanceError {
    const { provider } = this.failure;
    const reason = textField(details, 'reason') ?? status;
    if (reason === 'max_output_tokens') {
      return new ParlanceError('too_large', `${provider} could not speak all of the text at once. Send it in parts.`, { provider, reason });
    }
    if (reason === 'content_filter') {
      return new ParlanceError('invalid', `${provider} does not speak this text: its filter stopped it.`, { provider, reason });
    }
    return eventFailure(
      { type: 'server_error', message: `The response ended as ${status}.`, ...Object(field(details, 'error')) },
      this.failure,
    );
  }

  private changed(): ParlanceError {
    const { provider } = this.failure;
    return new ParlanceError('server', `${provider} spoke other words than the text has. Try again, or use another provider.`, {
      provider,
      reason: 'text_changed',
    });
  }
}

function transcriptsOf(response: unknown): string[] {
  return listField(response, 'output')
    .flatMap((item) => listField(item, 'content'))
    .map((content) => textField(content, 'transcript') ?? '');
}
