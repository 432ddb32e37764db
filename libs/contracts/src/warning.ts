/** Something that was asked for and not done, or done differently. Never in silence. */
export interface Warning {
  /** For machines. */
  code: 'unsupported_option' | 'clipped' | 'deprecated' | 'partial' | 'storage_unavailable' | 'memory_unavailable' | 'voice_disabled';
  /** The request field it is about. */
  param?: string;
  message: string;
}
