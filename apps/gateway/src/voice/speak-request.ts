import type { SpeakRequest } from '@parlance/voice';
import { withoutNulls } from '../http/validation.js';
import type { SpeakDto } from './dto/speak.dto.js';

/** A field that is null counts as left out. */
export function toSpeakRequest(fields: Omit<SpeakDto, 'delivery' | 'expiresInSeconds'>): SpeakRequest {
  return withoutNulls(fields) as unknown as SpeakRequest;
}
