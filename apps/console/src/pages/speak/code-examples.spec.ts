import { codeExamples } from './code-examples.js';
import { bodyOf, type SpeakFields } from './speak-request.js';

const plain: SpeakFields = { text: 'Hello.', voice: '', model: '', format: 'mp3', speed: 1, cache: true };
const full: SpeakFields = {
  text: `It's "half" past $five, \`now\` and \\n\nthen.`,
  voice: 'nova',
  model: 'local/flite',
  format: 'opus',
  speed: 1.5,
  cache: false,
};
const open = { address: 'http://127.0.0.1:8080', needsKey: false };

const codeOf = (name: string, fields: SpeakFields, context = open) =>
  codeExamples(fields, context).find((example) => example.name === name)!.code;

/** An object as it is written in code. */
function literalIn(code: string, before: string): unknown {
  const written = code.slice(code.indexOf(before) + before.length);
  const object = written
    .slice(0, written.search(/^\s*\}/m))
    .trimEnd()
    .replace(/,$/, '');
  return JSON.parse(`${object.replaceAll(/^\s*(\w+):/gm, '"$1":')}}`);
}

describe('curl', () => {
  it.each([
    ['what is as it is by itself', plain, 'speech.mp3'],
    ['everything, with every letter that shells know', full, 'speech.ogg'],
  ])('sends %s', (_, fields, file) => {
    const code = codeOf('curl', fields);
    const [, body = ''] = /-d '((?:[^']|'\\'')*)' \\\n/.exec(code) ?? [];
    expect(JSON.parse(body.replaceAll(String.raw`'\''`, "'"))).toEqual(bodyOf(fields));
    expect(code).toContain('http://127.0.0.1:8080/v1/voice/speak');
    expect(code.endsWith(`-o ${file}`)).toBe(true);
    expect(code).not.toContain('authorization');
  });

  it('takes the key from the environment', () => {
    expect(codeOf('curl', plain, { ...open, needsKey: true })).toContain('-H "authorization: Bearer $PARLANCE_API_KEY"');
  });
});

describe('openai-node', () => {
  it('names a model and a voice, which OpenAI wants', () => {
    const wish = literalIn(codeOf('openai-node', plain), 'speech.create(');
    expect(wish).toEqual({ model: 'tts-1', voice: 'alloy', input: 'Hello.', response_format: 'mp3' });
  });

  it('asks for everything that there is a field for', () => {
    const code = codeOf('openai-node', full, { ...open, needsKey: true });
    const wish = { model: 'local/flite', voice: 'nova', input: full.text, response_format: 'opus', speed: 1.5 };
    expect(literalIn(code, 'speech.create(')).toEqual(wish);
    expect(code).toContain('process.env.PARLANCE_API_KEY');
  });
});

it('Nest asks for the same as the form', () => {
  expect(literalIn(codeOf('Nest', full), 'voice.speak(')).toEqual(bodyOf(full));
});
