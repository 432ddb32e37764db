/** Headers with which Portkey's gateway passes a request on to one vendor with OpenAI's API. */
export function portkeyToVendor(vendorUrl: string): Record<string, string> {
  return { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `${vendorUrl}/v1` };
}

/** Headers with which it asks these vendors one after the other until one answers. */
export function portkeyToFirstOf(vendorUrls: readonly string[]): Record<string, string> {
  const targets = vendorUrls.map((url) => ({ provider: 'openai', api_key: 'none', custom_host: `${url}/v1` }));
  return { 'x-portkey-config': JSON.stringify({ strategy: { mode: 'fallback' }, targets }) };
}
