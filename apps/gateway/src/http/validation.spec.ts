import { SpeakDto } from '../voice/dto/speak.dto.js';
import { TranscribeDto } from '../voice/dto/transcribe.dto.js';
import { RequestValidation, validateForm, validateJson } from './validation.js';

describe('what is said of a field with a wrong value', () => {
  it.each([
    [{ sampleRate: '24000' }, "Invalid 'sampleRate': sampleRate must be an integer number."],
    [{ sampleRate: 96_000 }, "Invalid 'sampleRate': sampleRate must not be greater than 48000."],
    [{ providers: 'local' }, "Invalid 'providers': providers must be an array."],
    [{ providers: [] }, "Invalid 'providers': providers must name one or more."],
    [{ providers: [''] }, "Invalid 'providers': providers must be a string of 1 to 64 characters."],
    [{ other: 1 }, "Unknown parameter: 'other'."],
    [{ text: null }, "Missing required parameter: 'text'."],
  ])('names its kind before its range: %j', async (fields, message) => {
    await expect(validateJson(SpeakDto, { text: 'Hello.', ...fields })).rejects.toThrow(message);
  });

  it('is the same of a query and of a form', async () => {
    const query = new RequestValidation().transform({ expiresInSeconds: 'soon' }, { type: 'query', metatype: SpeakDto });
    await expect(query).rejects.toThrow("Invalid 'expiresInSeconds': expiresInSeconds must be an integer number.");
    expect(() => validateForm(TranscribeDto, new Map([['providers', ['local,']]]))).toThrow(
      'providers must be a string of 1 to 64 characters',
    );
  });
});
