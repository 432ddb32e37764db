import { OrderedPieces } from './ordered-pieces.js';

describe('OrderedPieces', () => {
  const setUp = (parts: number) => {
    const heard: string[] = [];
    const pieces = new OrderedPieces(parts, ({ text }) => heard.push(text));
    return { heard, add: (part: number, text: string) => pieces.add(part, { start: part, end: part + 1, text }), pieces };
  };

  it('hands the first part on as it comes, and the others when all before them have ended', () => {
    const { heard, add, pieces } = setUp(3);
    add(2, 'c');
    pieces.end(2);
    add(1, 'b');
    add(0, 'a');
    expect(heard).toEqual(['a']);
    pieces.end(0);
    expect(heard).toEqual(['a', 'b']);
    add(1, 'b again');
    expect(heard).toEqual(['a', 'b', 'b again']);
    pieces.end(1);
    expect(heard).toEqual(['a', 'b', 'b again', 'c']);
  });

  it('forgets what was heard of a part that is begun again', () => {
    const { heard, add, pieces } = setUp(2);
    add(1, 'half');
    pieces.begin(1);
    add(1, 'whole');
    pieces.end(1);
    pieces.end(0);
    expect(heard).toEqual(['whole']);
  });
});
