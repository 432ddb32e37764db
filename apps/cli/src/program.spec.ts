import { createProgram } from './program.js';

describe('parlance config', () => {
  const config = createProgram(new AbortController().signal).commands.find((command) => command.name() === 'config');

  it('says what there is', () => {
    const help = config?.helpInformation() ?? '';
    for (const words of ['config [options] [command]', 'check [options]', 'print [options]', 'Nobody is asked'])
      expect(help).toContain(words);
  });

  it.each([
    ['check', ['--config <file>']],
    ['print', ['--config <file>', '-f, --format <format>', '"yaml", "json"']],
  ])('%s explains its options', (name, options) => {
    const help = config?.commands.find((command) => command.name() === name)?.helpInformation() ?? '';
    for (const option of options) expect(help).toContain(option);
  });
});

describe('parlance agents', () => {
  it('says of a mistyped command that there is none', async () => {
    const said = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const program = createProgram(new AbortController().signal);
    await expect(program.parseAsync(['node', 'parlance', 'agents', 'chek'])).rejects.toThrow("there is no command 'chek' of agents");
    said.mockRestore();
  });
});
