import { AUDIO_FORMATS, SCOPES } from '@parlance/contracts';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { AskOptions } from './commands/ask-agent.js';
import type { ConfigOptions } from './commands/config-options.js';
import type { PrintOptions } from './commands/config-print.js';
import type { NewKeyOptions } from './commands/keys.js';
import type { SayOptions } from './commands/say.js';
import type { TranscribeOptions } from './commands/transcribe.js';
import { PRINT_FORMATS, TRANSCRIPT_FORMATS } from './formats.js';
import { version } from './version.js';

/** The commands of `parlance`, with their help. What a command needs is loaded when it is run: help comes at once. */
export function createProgram(signal: AbortSignal): Command {
  const program = new Command('parlance')
    .description('Speaks text and transcribes recordings, on this machine or over the configured providers.')
    .version(version(), '-V, --version', 'which Parlance this is')
    // What is wrong with a call is said by then; how the process ends is told with everything else.
    .exitOverride()
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
    .action(async (words: string[], options: SayOptions) => (await import('./commands/say.js')).say(words, options, signal));

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
    .action(async (file: string, options: TranscribeOptions) =>
      (await import('./commands/transcribe.js')).transcribe(file, options, signal),
    );

  program
    .command('doctor')
    .description('Check engines, settings and programs, and say what to fix. Ends with 1 when something is broken.')
    .action(async () => (await import('./commands/doctor.js')).doctor());

  addConfig(program);
  addAgents(program, signal);
  addKeys(program);
  return program;
}

function addAgents(program: Command, signal: AbortSignal): void {
  const agents = program.command('agents').description('The agents there are: list them, check their files, ask one.');

  agents
    .command('list', { isDefault: true })
    .description('List the known agents, their graphs, whether they have a voice, and their files.')
    // A mistyped command comes here, too, because this is the default.
    .allowExcessArguments()
    .action(async (_options: object, list: Command) => {
      const [unknown] = list.args;
      if (unknown !== undefined) list.error(`error: there is no command '${unknown}' of agents`);
      await (await import('./commands/agents.js')).listAgents();
    });

  agents
    .command('check')
    .description('Read files of agents and say everything that is wrong with them. Ends with 1 when one cannot be used.')
    .argument('[file...]', 'yaml or json; absent: all files of PARLANCE_AGENTS_DIR')
    .action(async (files: string[]) => (await import('./commands/agents.js')).checkAgents(files));

  agents
    .command('ask')
    .description('Send one message to an agent, here and without a gateway, and write down its reply.')
    .argument('<id>', 'the agent; `parlance agents` lists them')
    .argument('[text...]', 'what to say to it')
    .option('--file <recording>', 'a recording instead of a text; - for standard input')
    .option('-o, --output <file>', 'where to write the speech, where there is some (default: reply.<format>); - for standard output')
    .addOption(
      new Option('-f, --format <format>', 'audio format (default: by the name of the file, else the agent’s)').choices(AUDIO_FORMATS),
    )
    .option('-t, --thread <name>', 'the conversation it belongs to, which is remembered where there is a Redis')
    .addHelpText(
      'after',
      '\nExamples:\n  parlance agents ask demo "Please say good morning." -o morning.ogg\n  parlance agents ask demo --file hello.ogg\n',
    )
    .action(async (id: string, words: string[], options: AskOptions) =>
      (await import('./commands/ask-agent.js')).askAgent(id, words, options, signal),
    );
}

function addConfig(program: Command): void {
  const config = program
    .command('config')
    .description('The configuration that a gateway started here, with this environment, would have. Nobody is asked over the network.')
    .addHelpText('after', '\nExamples:\n  parlance config check --config staging.yaml\n  parlance config print --format json\n');
  const file = ['--config <file>', 'instead of PARLANCE_CONFIG_FILE, or of parlance.config.yaml in the working directory'] as const;

  config
    .command('check')
    .description('Say everything that is wrong with variables, files, keys and agents, and end with 1; or what would be set up.')
    .option(...file)
    .action(async (options: ConfigOptions) => {
      const { checkConfiguration } = await import('./commands/config-check.js');
      if (!(await checkConfiguration(options))) process.exitCode = 1;
    });

  config
    .command('print')
    .description('Write down every setting, where it is from (default, file, environment), and *** for secrets.')
    .option(...file)
    .addOption(new Option('-f, --format <format>', 'what to write').choices(PRINT_FORMATS).default('yaml'))
    .action(async (options: PrintOptions) => (await import('./commands/config-print.js')).printConfiguration(options));
}

function addKeys(program: Command): void {
  program
    .command('keys')
    .description('The API keys of a gateway.')
    .command('new')
    .description('Make a key: it is shown once, with the entry for the keys file, which has only its hash.')
    .requiredOption('--name <name>', 'whose it is, for people')
    .requiredOption('--scopes <list>', `what it may be used for, as a comma list: ${SCOPES.join(', ')}`)
    .option('--tenant <tenant>', 'the only tenant it may be used for')
    .option('--requests-per-minute <number>', 'its own limit instead of the gateway’s', toNumber)
    .option('--expires <date>', 'when it ends: 2027-01-01, or 2027-01-01T12:00:00Z')
    .addHelpText('after', '\nExample:\n  parlance keys new --name website --scopes speech,files --tenant acme --expires 2027-01-01\n')
    .action(async (options: NewKeyOptions) => (await import('./commands/keys.js')).newKey(options));
}

function toNumber(value: string): number {
  const number = Number(value);
  if (value.trim() === '' || Number.isNaN(number)) throw new InvalidArgumentError('Not a number.');
  return number;
}
