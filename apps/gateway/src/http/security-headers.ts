import type { FastifyReply, FastifyRequest } from 'fastify';

/** Nothing may be loaded by an answer, and nothing may show it in a frame. */
export const NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** The page /docs: its own scripts and styles, and the styles that it writes itself. */
const DOCUMENTATION =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/**
 * The page /console: its own scripts and styles, and the styles that its waveforms write themselves; audio that it has put
 * together from what came. It calls this server alone.
 */
const CONSOLE =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; " +
  "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export const ALWAYS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'x-dns-prefetch-control': 'off',
  'x-permitted-cross-domain-policies': 'none',
} as const;

/** Tells browsers to make nothing of an answer but what it is. Before its route, which may say otherwise. */
export function setSecurityHeaders({ routeOptions: { url: route = '' } }: FastifyRequest, reply: FastifyReply): void {
  reply
    .headers(ALWAYS)
    .header('content-security-policy', policyOf(route))
    // Links to audio are made to be played by pages of anybody.
    .header('cross-origin-resource-policy', route.startsWith('/objects') ? 'cross-origin' : 'same-origin');
}

function policyOf(route: string): string {
  if (route.startsWith('/docs')) return DOCUMENTATION;
  return route.startsWith('/console') ? CONSOLE : NOTHING;
}
