import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEPLOY } from './kustomize.js';

/** The instructions of deploy/Dockerfile, each on one line, and by stages. */
export function dockerfileStages(): string[][] {
  const text = readFileSync(join(DEPLOY, 'Dockerfile'), 'utf8')
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '');
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.reduce<string[][]>(
    (stages, line) => (line.startsWith('FROM ') ? [...stages, [line]] : [...stages.slice(0, -1), [...stages.at(-1)!, line]]),
    [[]],
  );
}

/** What an instruction of the last stage is given; of several the last. */
export function instruction(name: string): string {
  const lines = dockerfileStages()
    .at(-1)!
    .filter((line) => line.startsWith(`${name} `));
  return (
    lines
      .at(-1)
      ?.slice(name.length + 1)
      .trim() ?? ''
  );
}

export function imageUser(): number {
  return Number(/^(\d+):\d+$/.exec(instruction('USER'))?.[1]);
}

/** The environment that the image sets. */
export function imageEnvironment(): Record<string, string> {
  return Object.fromEntries([...instruction('ENV').matchAll(/(\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]));
}
