import 'reflect-metadata';
import { plainToInstance, type ClassConstructor } from 'class-transformer';
import { Allow, IsDefined, IsInt, IsOptional, IsString, Min, ValidateBy, ValidateIf, ValidateNested, validateSync } from 'class-validator';
import * as fc from 'fast-check';
import { TurnDto } from '../agents/dto/turn.dto.js';
import { CreateFileDto } from '../files/dto/create-file.dto.js';
import { CreateSpeechJobDto } from '../jobs/dto/create-speech-job.dto.js';
import { CreateSpeechDto } from '../openai/dto/create-speech.dto.js';
import { SetBreakerDto } from '../providers/dto/set-breaker.dto.js';
import { SpeakDto } from '../voice/dto/speak.dto.js';
import { TranscribeStoredDto } from '../voice/dto/transcribe.dto.js';
import { isFlawless } from './field-checks.js';

const odd = fc.oneof(
  fc.constantFrom(null, undefined, true, false, '', 'mp3', 'url', 'en', 'word', ['a', 'b'], ['a', 1], [], {}, { id: 'alloy' }),
  fc.constantFrom(-1, 0, 0.5, 1, 2, 24_000, 1e9, Number.NaN, '2'),
  fc.string({ maxLength: 300 }),
);

/** A body with these fields, of which most are right. */
function bodyOf(right: Readonly<Record<string, unknown>>): fc.Arbitrary<object> {
  const fields = Object.fromEntries(
    Object.entries(right).map(([name, value]) => [name, fc.oneof({ weight: 6, arbitrary: fc.constant(value) }, odd)]),
  );
  const unknown = fc.dictionary(fc.constantFrom('unknown', '__proto__', 'toString', 'constructor'), odd, { maxKeys: 1 });
  return fc
    .tuple(fc.record(fields, { requiredKeys: [] }), fc.option(unknown, { freq: 8, nil: {} }))
    .map(([known, other]) => ({ ...other, ...known }));
}

const speech = { text: 'Good morning.', voice: 'alloy', providers: ['local'], format: 'opus', sampleRate: 24_000, speed: 2, options: {} };
const bodies: readonly [ClassConstructor<object>, Readonly<Record<string, unknown>>][] = [
  [CreateSpeechDto, { input: 'Good morning.', model: 'tts-1', voice: 'alloy', response_format: 'mp3', speed: 1, stream_format: 'sse' }],
  [SpeakDto, { ...speech, delivery: 'url', expiresInSeconds: 60 }],
  [CreateSpeechJobDto, { ...speech, webhook: { url: 'https://example.com/', secret: 'a secret of some length' } }],
  [TranscribeStoredDto, { url: 'https://example.com/speech.mp3', language: 'en', words: true }],
  [TurnDto, { text: 'Hello.', conversation: 'one', reply: 'text' }],
  [SetBreakerDto, { action: 'open', seconds: 60 }],
  [CreateFileDto, { contentType: 'audio/ogg', filename: 'note.ogg' }],
];

it.each(bodies.map(([type, right]) => ({ name: type.name, type, right })))(
  'finds fault with a $name exactly where class-validator does',
  ({ type, right }) => {
    let flawless = 0;
    fc.assert(
      fc.property(bodyOf(right), (body) => {
        const instance = plainToInstance(type, body);
        const found = isFlawless(instance);
        const problems = validateSync(instance, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: false });
        if (found) flawless++;
        // What only class-validator can check is left to it.
        expect(found).toBe(type === CreateSpeechJobDto ? false : problems.length === 0);
      }),
      { numRuns: 500 },
    );
    if (type !== CreateSpeechJobDto) expect(flawless).toBeGreaterThan(0);
  },
);

class Inner {
  @IsString()
  name!: string;
}

class Named {
  @ValidateNested()
  inner!: Inner;
}

class Defined {
  @IsDefined()
  value!: unknown;
}

class Conditional {
  @IsInt({ validateIf: () => false })
  value!: unknown;
}

class Bare {
  anything = 1;
}

it.each([
  ['objects in objects', Object.assign(new Named(), { inner: Object.assign(new Inner(), { name: 'a' }) })],
  ['fields that must be there', Object.assign(new Defined(), { value: 1 })],
  ['decorators with a condition of their own', Object.assign(new Conditional(), { value: 'x' })],
  ['classes without a decorator', new Bare()],
])('leaves %s to class-validator', (_, instance) => {
  expect(isFlawless(instance)).toBe(false);
});

class Promised {
  @ValidateBy({ name: 'promised', validator: { validate: async () => true } })
  value = 1;
}

class Any {
  @Allow()
  anything: unknown;

  @ValidateIf(({ anything }: Any) => anything === 'checked')
  @IsOptional()
  @IsInt()
  @Min(1, { each: true })
  number: unknown;
}

it('does not wait for a check that takes its time', () => {
  expect(isFlawless(new Promised())).toBe(false);
});

it.each([
  [{ anything: {} }, true],
  [{ anything: 'checked' }, true],
  [{ anything: 'other', number: 'x' }, true],
  [{ anything: 'checked', number: 'x' }, false],
  [{ anything: 'checked', number: 0 }, false],
  [{ anything: 'checked', number: 1 }, true],
  [{ number: [1, 0] }, true],
  [{ anything: 'checked', number: [1, 0] }, false],
  [{ more: 1 }, false],
])('looks at a field when all its conditions are met: %j', (fields, flawless) => {
  expect(isFlawless(Object.assign(new Any(), fields))).toBe(flawless);
});
