import { joinTexts, separatorOf } from './join-texts.js';

describe('joinTexts', () => {
  it.each([
    [['Hello there.', 'Good bye.'], 'Hello there. Good bye.'],
    [['こんにちは。', '今日は天気です。'], 'こんにちは。今日は天気です。'],
    [['サーバー', 'を再起動', 'ーー'], 'サーバーを再起動ーー'],
    [['か\u3099', 'ある'], 'か\u3099ある'],
    [['你好，', '𠮷'], '你好，𠮷'],
    [['𠮷', '你好'], '𠮷你好'],
    [['안녕하세요.', '반갑습니다.'], '안녕하세요. 반갑습니다.'],
    [['我用', 'Parlance', '说话'], '我用 Parlance 说话'],
    [['', 'One', '', 'two'], 'One two'],
    [[], ''],
  ])('makes of %j %j', (pieces, text) => expect(joinTexts(pieces)).toBe(text));
});

it('puts nothing before the first piece', () => expect(separatorOf('', 'Hello.')).toBe(''));
