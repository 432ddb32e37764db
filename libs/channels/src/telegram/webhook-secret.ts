/** Whether Telegram would send it with its calls. */
export function isWebhookSecret(secret: string): boolean {
  return /^[\w-]{1,256}$/.test(secret);
}
