import { watch, type FSWatcher } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { Agent } from './agent.types.js';
import type { AgentContext, ReadAgent } from './read-agent.js';
import { readAgentText, readText } from './read-agent-file.js';

const EXTENSIONS: readonly string[] = ['.yaml', '.yml', '.json'];
/** An editor that saves makes several events, and half a file in between. */
const SETTLE_MILLISECONDS = 100;
/** Not every file system tells of changes. */
const POLL_MILLISECONDS = 5000;

export interface AgentFilesOptions {
  /** Need not be there. */
  directory: string;
  context?: AgentContext;
  /** How often to look for changes that nobody told of; default 5000. */
  pollMilliseconds?: number;
}

/** A file that cannot be used as it is; the last good version of it stands. */
export interface FileProblems {
  /** Its name without the directory. */
  file: string;
  problems: readonly string[];
}

interface KnownFile {
  /** As last read; absent: it could not be. */
  text?: string;
  read: ReadAgent;
  /** The latest version without problems. */
  good?: Agent;
}

/**
 * The agents of a directory, one in each `.yaml`, `.yml` or `.json`, kept as the files are. A file with problems leaves
 * its last good version standing; a file that is gone takes its agent with it.
 */
export class AgentFiles {
  private readonly logger = new Logger('Agents');
  private files: ReadonlyMap<string, KnownFile> = new Map();
  private current: ReadonlyMap<string, Agent> = new Map();
  private owners: ReadonlyMap<string, string> = new Map();
  private wrong: readonly FileProblems[] = [];
  private stamp = '';
  private loading: Promise<void> = Promise.resolve();
  private watcher: FSWatcher | undefined;
  private settling: NodeJS.Timeout | undefined;
  private polling: NodeJS.Timeout | undefined;
  private closed = false;
  private listener: (() => void) | undefined;

  constructor(private readonly options: AgentFilesOptions) {}

  /** Reads all files and begins to watch. */
  async open(): Promise<void> {
    // Before they are read: a change while they are is not missed.
    this.watch();
    await this.reload();
    if (this.closed) return;
    this.polling = setInterval(() => void this.poll(), this.options.pollMilliseconds ?? POLL_MILLISECONDS).unref();
  }

  /** Agents stay as they are from now on. */
  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.polling);
    clearTimeout(this.settling);
    this.watcher?.close();
    await this.loading;
  }

  /** @param listener told when there are other agents than before */
  onChange(listener: () => void): void {
    this.listener = listener;
  }

  /** By id. */
  agents(): ReadonlyMap<string, Agent> {
    return this.current;
  }

  /** The name, without the directory, of the file that an agent comes from. */
  fileOf(id: string): string | undefined {
    return this.owners.get(id);
  }

  problems(): readonly FileProblems[] {
    return this.wrong;
  }

  /** Reads all files anew, after any reading that is under way. Never rejects. */
  async reload(): Promise<void> {
    this.loading = this.loading
      .then(() => this.load())
      .catch((error: unknown) =>
        this.logger.error(`Agent files: ${error instanceof Error ? error.name : 'failed'}; all agents stay as they are.`),
      );
    await this.loading;
  }

  private async load(): Promise<void> {
    this.stamp = await this.stampOf();
    const names = await namesIn(this.options.directory);
    if (names === undefined) {
      this.logger.warn('The directory of agents cannot be read: all agents stay as they are.');
      return;
    }
    const files = await Promise.all(names.map(async (name) => [name, await this.readFile(name)] as const));
    if (this.closed) return;
    const before = { files: this.files, current: this.current, wrong: this.wrong };
    this.files = new Map(files);
    this.settle();
    this.report(before);
  }

  /** Unchanged files keep their agents: whoever compares them sees that nothing has changed. */
  private async readFile(name: string): Promise<KnownFile> {
    const known = this.files.get(name);
    const last = known?.good === undefined ? {} : { good: known.good };
    const found = await readText(join(this.options.directory, name));
    if ('problem' in found) return { read: { problems: [found.problem] }, ...last };
    if (known?.text === found.text) return known;
    return { text: found.text, read: readAgentText(found.text, name, this.options.context), ...last };
  }

  /** Which agents there are now. Of two files with one id the first by name has it. */
  private settle(): void {
    const current = new Map<string, Agent>();
    const owners = new Map<string, string>();
    const wrong: FileProblems[] = [];
    for (const [file, known] of this.files) {
      const { agent, problems } = known.read;
      const owner = agent === undefined ? undefined : owners.get(agent.id);
      if (owner !== undefined) wrong.push({ file, problems: [`agent_id is that of ${owner} already: give it another one`] });
      else if (agent !== undefined) known.good = agent;
      if (problems.length > 0) wrong.push({ file, problems });
      if (known.good === undefined || current.has(known.good.id)) continue;
      current.set(known.good.id, known.good);
      owners.set(known.good.id, file);
    }
    this.current = current;
    this.owners = owners;
    this.wrong = wrong;
  }

  private report(before: { files: ReadonlyMap<string, KnownFile>; current: ReadonlyMap<string, Agent>; wrong: readonly FileProblems[] }) {
    const changed = [...this.current].filter(([id, agent]) => before.current.get(id) !== agent).map(([id]) => id);
    const gone = [...before.current.keys()].filter((id) => !this.current.has(id));
    if (changed.length + gone.length > 0) {
      this.listener?.();
      this.logger.log(`Agents of files: ${[...changed.map((id) => `+${id}`), ...gone.map((id) => `-${id}`)].join(' ')}`);
    }
    const told = new Set(before.wrong.map((one) => JSON.stringify(one)));
    for (const one of this.wrong.filter((problem) => !told.has(JSON.stringify(problem)))) {
      const stands = this.files.get(one.file)?.good === undefined ? 'it is not used' : 'its last good version stands';
      this.logger.warn(`${one.file} has problems, and ${stands}: ${one.problems.join('; ')}.`);
    }
  }

  private watch(): void {
    this.watcher?.close();
    try {
      const watcher = watch(this.options.directory, { persistent: false }, () => this.changed());
      watcher.on('error', () => watcher.close());
      this.watcher = watcher;
    } catch {
      // There is no such directory yet, or no way to be told of changes: polling finds out.
      this.watcher = undefined;
    }
  }

  private changed(): void {
    // Not put off again by each event: under constant changes nothing would ever be read.
    if (this.closed) return;
    this.settling ??= setTimeout(() => {
      this.settling = undefined;
      void this.reload();
    }, SETTLE_MILLISECONDS).unref();
  }

  private async poll(): Promise<void> {
    if ((await this.stampOf()) === this.stamp || this.closed) return;
    // Nobody told of it: the directory may be another one than that which is watched.
    this.watch();
    await this.reload();
  }

  /** Tells one state of the directory from another without reading the files. */
  private async stampOf(): Promise<string> {
    const names = await namesIn(this.options.directory);
    if (names === undefined) return 'unreadable';
    const stats = await Promise.all(names.map((name) => stat(join(this.options.directory, name)).catch(() => undefined)));
    return JSON.stringify(stats.map((found, index) => [names[index], found?.ino, found?.size, found?.mtimeMs]));
  }
}

/** `undefined`: it is there and cannot be read, which says nothing about the files in it. */
async function namesIn(directory: string): Promise<string[] | undefined> {
  try {
    const names = await readdir(directory);
    return names.filter((name) => EXTENSIONS.includes(extname(name)) && !name.startsWith('.')).toSorted();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? [] : undefined;
  }
}
