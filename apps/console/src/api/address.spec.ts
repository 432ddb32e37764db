import { apiAddress, gatewayAddress } from './address.js';

describe('the address of the API', () => {
  it.each([
    ['http://127.0.0.1:8080/console/#/speak', 'http://127.0.0.1:8080'],
    ['https://voice.example.com/parlance/console/', 'https://voice.example.com/parlance'],
    ['https://voice.example.com/console/?x=1#/trace', 'https://voice.example.com'],
  ])('is beside the page %s', (page, gateway) => {
    expect(gatewayAddress(page)).toBe(gateway);
    expect(apiAddress('v1/traces?limit=5', page)).toBe(`${gateway}/v1/traces?limit=5`);
  });
});
