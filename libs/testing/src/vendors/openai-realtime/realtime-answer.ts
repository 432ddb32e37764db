import { spokenAudio } from '../audio/spoken-audio.js';
import type { RealtimeEvent } from './realtime-conversation.js';

/** What differs from a response that says what it was asked for. */
export interface RealtimeOddity {
  /** What is said instead. */
  transcript?: string;
  /** No audio at all. */
  silent?: boolean;
  /** The audio comes so many times over. Default 1. */
  times?: number;
  /** The end of the response, where it is not a good one. */
  end?: { status: 'failed' | 'incomplete' | 'cancelled'; status_details: object };
}

const pieces = 4;

/** The events of one response, in two halves: the audio comes in both, the end is in the second. */
export function answerEvents(
  text: string,
  { transcript = text, silent = false, times = 1, end }: RealtimeOddity,
): [RealtimeEvent[], RealtimeEvent[]] {
  const place = { response_id: 'resp_1', item_id: 'item_2', output_index: 0, content_index: 0 };
  const audio = spokenAudio('pcm');
  const size = Math.ceil(audio.length / pieces / 2) * 2;
  const deltas = silent
    ? []
    : Array.from({ length: pieces * times }, (_unused, index) => ({
        ...place,
        type: 'response.output_audio.delta',
        delta: audio.subarray((index % pieces) * size, ((index % pieces) + 1) * size).toString('base64'),
      }));
  // Words come in pieces that are no words, and before their sound.
  const words = (transcript.match(/[\s\S]{1,7}/gu) ?? []).map((delta) => ({
    ...place,
    type: 'response.output_audio_transcript.delta',
    delta,
  }));
  const content = { type: 'output_audio', transcript };
  const item = { id: 'item_2', type: 'message', role: 'assistant', status: 'completed', content: [content] };
  const usage = { total_tokens: 60, input_tokens: 20, output_tokens: 40 };
  const response = {
    id: 'resp_1',
    object: 'realtime.response',
    output: [item],
    usage,
    ...(end ?? { status: 'completed', status_details: null }),
  };
  const head = [
    { type: 'response.created', response: { id: 'resp_1', object: 'realtime.response', status: 'in_progress', output: [] } },
    { type: 'rate_limits.updated', rate_limits: [{ name: 'requests', limit: 100, remaining: 99, reset_seconds: 1 }] },
    { type: 'response.output_item.added', response_id: 'resp_1', output_index: 0, item: { ...item, status: 'in_progress', content: [] } },
  ];
  const tail = [
    { ...place, type: 'response.output_audio.done' },
    { ...place, type: 'response.output_audio_transcript.done', transcript },
    { type: 'response.output_item.done', response_id: 'resp_1', output_index: 0, item },
    { type: 'response.done', response },
  ];
  const half = deltas.length / 2;
  return [
    [...head, ...words.slice(0, words.length / 2), ...deltas.slice(0, half)],
    [...words.slice(words.length / 2), ...deltas.slice(half), ...tail],
  ];
}
