const UNTRUSTED = [
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
];
const OUT_OF_TIME = ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'];
const OTHER_NAME = 'ERR_TLS_CERT_ALTNAME_INVALID';
const NO_TLS = ['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG'];

/**
 * What to do when no TLS connection to a server of one's own comes about.
 * @param code of the error that Node gives
 * @returns a sentence; `undefined` when the reason is another one
 */
export function certificateAdvice(code: string): string | undefined {
  if (UNTRUSTED.includes(code)) {
    return 'This process does not trust its certificate: name the file of its authority in NODE_EXTRA_CA_CERTS, and start again.';
  }
  if (OUT_OF_TIME.includes(code)) return 'Its certificate does not hold now: renew it, or set the clock.';
  if (code === OTHER_NAME) return 'Its certificate is for another name: call it by that name.';
  return NO_TLS.includes(code) ? 'It speaks no TLS there: look at its port, or use its address without TLS.' : undefined;
}
