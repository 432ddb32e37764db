import { certificateAdvice } from './certificate-advice.js';

describe('certificateAdvice', () => {
  it.each([
    ['SELF_SIGNED_CERT_IN_CHAIN', 'NODE_EXTRA_CA_CERTS'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'NODE_EXTRA_CA_CERTS'],
    ['CERT_HAS_EXPIRED', 'renew it'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'another name'],
    ['EPROTO', 'no TLS'],
  ])('knows what to do about %s', (code, advice) => {
    expect(certificateAdvice(code)).toContain(advice);
  });

  it('has nothing to say of what is no matter of TLS', () => {
    expect(certificateAdvice('ECONNREFUSED')).toBeUndefined();
  });
});
