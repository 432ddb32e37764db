import { AUDIO_FORMATS } from '@parlance/contracts';
import { Command, InvalidArgumentError, Option } from 'commander';
import { doctor } from './commands/doctor.js';
import { say, type SayOptions } from './commands/say.js';
import { TRANSCRIPT_FORMATS, transcribe, type TranscribeOptions } from './commands/transcribe.js';

/** The commands of `parlance`, with their help. */
export function createProgram(signal: AbortSignal): Command {
  const program = new Command('parlance')
    .description('Speaks text and transcribes recordings, on this machine or over the configured providers.')
    .showHelpAfterError('(add --help for what there is)');

  program
    .command('say')
    .description('Speak a text into a file, or to standard output.')
    .argument('[text...]', 'what to say; absent or -: read from standard input')
    .option(
      '-o, --output <file>',
      'where to write; - for standard output (default: standard output when it is no terminal, else speech.<format>)',
    )
    .addOption(new Option('-f, --format <format>', 'audio format (default: by the name of the file, else opus)').choices(AUDIO_FORMATS))
    .option('-v, --voice <voice>', 'a voice, or an alias such as alloy; `parlance doctor` lists them')
    .option('-m, --model <model>', 'model, or provider/model')
    .option('-l, --language <tag>', 'BCP 47 language tag, e.g. en or de')
    .option('-s, --speed <factor>', '0.25 to 4', toNumber)
    .addHelpText('after', '\nExamples:\n  parlance say "Hello there." -o hello.ogg\n  cat chapter.md | parlance say -o chapter.mp3\n')
    .action((words: string[], options: SayOptions) => say(words, options, signal));

  program
    .command('transcribe')
    .description('Write down what is said in a recording.')
    .argument('<file>', 'wav, mp3, ogg, webm, flac (m4a, aac, amr where ffmpeg is installed); - for standard input')
    .addOption(new Option('-f, --format <format>', 'what to write').choices(TRANSCRIPT_FORMATS).default('text'))
    .option('-o, --output <file>', 'where to write (default: standard output)')
    .option('-m, --model <model>', 'model, or provider/model')
    .option('-l, --language <tag>', 'BCP 47 language tag of what is spoken')
    .option('-p, --prompt <words>', 'names and spellings to expect')
    .addHelpText('after', '\nExamples:\n  parlance transcribe hello.ogg\n  parlance transcribe talk.mp3 --format srt -o talk.srt\n')
    .action((file: string, options: TranscribeOptions) => transcribe(file, options, signal));

  program
    .command('doctor')
    .description('Check engines, settings and programs, and say what to fix. Ends with 1 when something is broken.')
    .action(() => doctor());

  return program;
}

function toNumber(value: string): number {
  const number = Number(value);
  if (value.trim() === '' || Number.isNaN(number)) throw new InvalidArgumentError('Not a number.');
  return number;
}
