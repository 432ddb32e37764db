import { parseArgs } from 'node:util';
import { Problem } from './project.mjs';

/** The flags of a script, each true or false; prints the help and ends when it is asked for. */
export function readFlags(names, help) {
  const options = Object.fromEntries([...names, 'help'].map((name) => [name, { type: 'boolean', default: false }]));
  try {
    const { values } = parseArgs({ options, strict: true });
    if (values.help) {
      console.log(help);
      process.exit(0);
    }
    return values;
  } catch (error) {
    throw new Problem(`${error.message}\n\n${help}`);
  }
}
