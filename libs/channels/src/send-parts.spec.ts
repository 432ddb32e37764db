import { ParlanceError } from '@parlance/contracts';
import { sendParts } from './send-parts.js';

describe('sendParts', () => {
  const failing = (at: number) => (part: string, index: number) =>
    index === at ? Promise.reject(new ParlanceError('rate', 'Slow down.', { reason: 'x' })) : Promise.resolve(part.toUpperCase());

  it('sends them in their order', async () => {
    expect(await sendParts(['a', 'b', 'c'], failing(-1))).toEqual(['A', 'B', 'C']);
  });

  it('says whether anything has arrived', async () => {
    await expect(sendParts(['a', 'b'], failing(0))).rejects.toMatchObject({ code: 'rate', reason: 'x' });
    await expect(sendParts(['a', 'b'], failing(1))).rejects.toMatchObject({ code: 'rate', reason: 'partly_delivered' });
  });
});
