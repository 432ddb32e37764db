import { Logger } from '@nestjs/common';
import { Observers } from './observers.js';

describe('Observers', () => {
  it('tells everybody until they end it', () => {
    const observers = new Observers<number>();
    const [one, two] = [[] as number[], [] as number[]];
    const end = observers.subscribe((news) => one.push(news));
    observers.subscribe((news) => two.push(news));
    observers.tell(1);
    end();
    observers.tell(2);
    expect([one, two]).toEqual([[1], [1, 2]]);
  });

  it('goes on when one of them fails, and does not log what it was told', () => {
    const logged = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const observers = new Observers<string>();
    const heard: string[] = [];
    observers.subscribe((news) => {
      throw new TypeError(news);
    });
    observers.subscribe((news) => heard.push(news));
    observers.tell('a secret');
    expect(heard).toEqual(['a secret']);
    expect(logged.mock.calls).toEqual([[expect.stringContaining('TypeError')]]);
    expect(JSON.stringify(logged.mock.calls)).not.toContain('a secret');
  });
});
