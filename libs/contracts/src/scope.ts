/** What an API key may be used for; `admin` is for operators. */
export const SCOPES = ['speech', 'transcription', 'agents', 'files', 'jobs', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];
