/** What `parlance transcribe` writes. */
export const TRANSCRIPT_FORMATS = ['text', 'srt', 'vtt', 'json'] as const;

/** What `parlance config print` writes. */
export const PRINT_FORMATS = ['yaml', 'json'] as const;
