import type { VoiceInfo } from '@parlance/contracts';

interface FliteVoice extends VoiceInfo {
  /** Decibels that bring it to the loudness of `slt`, about -16 dBFS. */
  gain: number;
  /** `duration_stretch` at its natural rate. */
  stretch: number;
  /** Hz; absent: the voice has recorded melodies and its pitch cannot be moved. */
  pitch?: number;
}

/** The voices compiled into the program, without its 8 kHz one. Numbers measured on its own speech. */
export const FLITE_VOICES: readonly FliteVoice[] = [
  { id: 'slt', name: 'SLT (female, US)', languages: ['en-US', 'en'], gain: 0, stretch: 1, pitch: 174 },
  { id: 'rms', name: 'RMS (male, US)', languages: ['en-US', 'en'], gain: 5, stretch: 1 },
  { id: 'awb', name: 'AWB (male, Scottish)', languages: ['en-GB', 'en'], gain: 5, stretch: 1, pitch: 132 },
  { id: 'kal16', name: 'KAL (male, US, robotic)', languages: ['en-US', 'en'], gain: 12, stretch: 1.1, pitch: 95 },
];

/** Hz; beyond these the speech breaks up. */
export const PITCH_RANGE = { min: 50, max: 400 } as const;
