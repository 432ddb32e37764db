/** Something in an agent that was read and has no effect, or will not have one for long. */
export interface AgentWarning {
  /** Such as `voice_settings.providers[0].tts_config.voice`. */
  path: string;
  message: string;
}
