import { jsonObjects } from './json-objects.js';

async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function read(text: string, size = text.length * 4): Promise<unknown[]> {
  const objects: unknown[] = [];
  for await (const object of jsonObjects(inPieces(text, size), 'yandex')) objects.push(object);
  return objects;
}

describe('objects one after the other', () => {
  const objects = [{ text: 'Привет, "мир" \\ {}}{ 🙂', data: 'QUJD' }, {}, { nested: { list: [1, { two: '}' }] } }, { end: '\\' }];
  const onLines = `${objects.map((object) => JSON.stringify(object)).join('\n')}\n`;
  const spread = objects.map((object) => JSON.stringify(object, null, 3)).join('');

  it.each([1, 2, 3, 5, 7, 16, 1000])('are found in pieces of %i bytes', async (size) => {
    expect(await read(onLines, size)).toEqual(objects);
    expect(await read(spread, size)).toEqual(objects);
  });

  it('are given on before the next one is there', async () => {
    let asked = 0;
    async function* lines() {
      for (const index of [1, 2]) {
        asked = index;
        yield Buffer.from(`{"index":${index}}\n`);
      }
    }
    const reading = jsonObjects(lines(), 'yandex');
    expect(await reading.next()).toEqual({ done: false, value: { index: 1 } });
    expect(asked).toBe(1);
    await reading.return(undefined);
  });

  it.each([
    ['a page', '<!doctype html><html></html>'],
    ['words after an object', '{"a":1}\nupstream failed'],
    ['an object that is none', '{a}'],
    ['an object that breaks off', '{"a":{"b":1}'],
    ['a string that breaks off', '{"a":"b'],
  ])('are not made of %s', async (_name, text) => {
    await expect(read(text, 3)).rejects.toMatchObject({ code: 'server', provider: 'yandex' });
  });

  it('may be none at all', async () => {
    expect(await read('\n \n', 1)).toEqual([]);
  });
});
