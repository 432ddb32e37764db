import { unknownFields } from '../captured-request.js';

export interface RealtimeProblem {
  type: 'invalid_request_error' | 'server_error' | 'requests';
  code: string | null;
  message: string;
  param: string | null;
}

export type RealtimeEvent = Readonly<Record<string, unknown>>;

export const REALTIME_MODELS = ['gpt-realtime-2.1-mini', 'gpt-realtime-2.1', 'gpt-realtime'] as const;
const voices = ['marin', 'cedar', 'alloy', 'ash', 'ballad', 'coral', 'echo', 'sage', 'shimmer', 'verse'];

export function problem(code: string, message: string, param: string | null = null): RealtimeProblem {
  return { type: 'invalid_request_error', code, message, param };
}

/** One session as the server keeps it: what each client event makes of it, as strict as the original. */
export class RealtimeConversation {
  /** What the last message of the user says. */
  text: string | undefined;
  private configured = false;

  /** The type of the event when it is good. */
  take(event: unknown): 'session.update' | 'conversation.item.create' | 'response.create' | RealtimeProblem {
    const { type, event_id: _id, ...rest } = objectOf(event);
    switch (type) {
      case 'session.update':
        return this.update(rest) ?? type;
      case 'conversation.item.create':
        return this.add(rest) ?? type;
      case 'response.create':
        return this.answer(rest) ?? type;
      default:
        return problem('invalid_value', "Invalid value: 'type'.", 'type');
    }
  }

  private update(event: Record<string, unknown>): RealtimeProblem | undefined {
    const session = objectOf(event['session']);
    const { type, output_modalities: modalities, instructions, audio } = session;
    const unknown =
      unexpected(event, ['session']) ??
      unexpected(session, ['type', 'output_modalities', 'instructions', 'audio', 'max_output_tokens', 'tools', 'tool_choice']);
    if (unknown !== undefined) return unknown;
    if (type !== 'realtime') return problem('missing_required_parameter', "Missing required parameter: 'session.type'.", 'session.type');
    if (JSON.stringify(modalities ?? ['audio']) !== '["audio"]')
      return problem('invalid_value', 'Invalid value.', 'session.output_modalities');
    if (instructions !== undefined && typeof instructions !== 'string') {
      return problem('invalid_type', "Invalid type for 'session.instructions'.", 'session.instructions');
    }
    const wrong = wrongOutput(objectOf(objectOf(audio)['output']));
    this.configured = wrong === undefined;
    return wrong;
  }

  private add(event: Record<string, unknown>): RealtimeProblem | undefined {
    const item = objectOf(event['item']);
    const unknown = unexpected(event, ['item', 'previous_item_id']) ?? unexpected(item, ['type', 'role', 'content', 'id']);
    if (unknown !== undefined) return unknown;
    const contents: unknown[] = Array.isArray(item['content']) ? item['content'] : [];
    const [content, ...more] = contents.map(objectOf);
    const text = content?.['text'];
    if (item['type'] !== 'message' || item['role'] !== 'user' || content?.['type'] !== 'input_text' || more.length > 0) {
      return problem('invalid_value', "Invalid value: 'item'.", 'item');
    }
    if (typeof text !== 'string' || text === '') return problem('missing_required_parameter', "Missing 'text'.", 'item.content[0].text');
    this.text = text;
    return undefined;
  }

  private answer(event: Record<string, unknown>): RealtimeProblem | undefined {
    const unknown = unexpected(event, ['response']);
    if (unknown !== undefined) return unknown;
    if (!this.configured || this.text === undefined) return problem('invalid_state', 'There is nothing to answer to.');
    return undefined;
  }
}

function wrongOutput(output: Record<string, unknown>): RealtimeProblem | undefined {
  const { format = { type: 'audio/pcm', rate: 24_000 }, voice = 'alloy', speed = 1 } = output;
  const own = objectOf(voice)['id'];
  const param = 'session.audio.output';
  const unknown = unexpected(output, ['format', 'voice', 'speed']);
  if (unknown !== undefined) return unknown;
  const { type, rate } = objectOf(format);
  if (type !== 'audio/pcm' || rate !== 24_000) return problem('invalid_value', "Invalid value: 'format'.", `${param}.format`);
  if (typeof voice === 'string' ? !voices.includes(voice) : typeof own !== 'string') {
    return problem('invalid_value', "Invalid value: 'voice'.", `${param}.voice`);
  }
  if (typeof speed !== 'number' || speed < 0.25 || speed > 1.5)
    return problem('invalid_value', "Invalid value: 'speed'.", `${param}.speed`);
  return undefined;
}

function unexpected(object: Record<string, unknown>, allowed: readonly string[]): RealtimeProblem | undefined {
  const [name] = unknownFields(object, allowed);
  return name === undefined ? undefined : problem('unknown_parameter', `Unknown parameter: '${name}'.`, name);
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
