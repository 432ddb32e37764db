import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../project.mjs';
import { run } from '../run.mjs';

/** Podman's own ways of counting and limiting need systemd or rights that a sandbox does not give. */
const PODMAN = ['--events-backend', 'none', '--cgroup-manager', 'cgroupfs', '--runtime', 'runc'];
const LIMITS = ['--no-healthcheck', '--ulimit', 'nofile=4096:4096', '--ulimit', 'nproc=4096:4096', '--network', 'host'];
/** What an orchestrator that trusts nobody asks for. */
const LOCKED = ['--read-only', '--tmpfs', '/tmp', '--cap-drop', 'all', '--security-opt', 'no-new-privileges'];

/** Images and containers in a folder of their own: nothing of the machine's is seen, changed or left. */
export class Containers {
  #storage;
  #folder;

  constructor(folder) {
    this.#folder = folder;
    this.#storage = ['--root', join(folder, 'storage'), '--runroot', join(folder, 'run')];
  }

  /** @param {{ name: string, file: string, context: string, options?: readonly string[] }} image */
  async build({ name, file, context, options = [] }) {
    const args = ['bud', '--isolation', 'chroot', '--format', 'docker', ...options, '--tag', name, '--file', file, context];
    await succeed('buildah', [...this.#storage, ...args]);
  }

  /** What the image says of itself. */
  async inspect(name) {
    const [found] = JSON.parse(await this.#podman(['image', 'inspect', name]));
    return found;
  }

  /** Runs a command of the image to its end, locked in. */
  run(image, options, command = []) {
    const args = ['run', '--rm', ...LIMITS, ...LOCKED, ...options, image, ...command];
    return run('podman', [...this.#storage, ...PODMAN, ...args], { quiet: true });
  }

  /** Starts what the image is for, locked in. @returns `ended`: resolves with its exit code and what it has written */
  start(image, name, options) {
    const args = ['run', '--rm', '--name', name, ...LIMITS, ...LOCKED, ...options, image];
    const child = spawn('podman', [...this.#storage, ...PODMAN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const parts = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => parts.push(part));
    const ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, output: Buffer.concat(parts).toString('utf8') }));
    });
    return { ended };
  }

  exec(name, command) {
    return run('podman', [...this.#storage, ...PODMAN, 'exec', name, ...command], { quiet: true });
  }

  signal(name, signal) {
    return this.#podman(['kill', '--signal', signal, name]);
  }

  async remove() {
    await run('podman', [...this.#storage, ...PODMAN, 'rm', '--all', '--force'], { quiet: true });
    await rm(this.#folder, { recursive: true, force: true });
  }

  #podman(args) {
    return succeed('podman', [...this.#storage, ...PODMAN, ...args]);
  }
}

/** @throws Problem with the end of what was written */
export async function succeed(program, args) {
  const { code, output } = await run(program, args, { quiet: true });
  if (code === 0) return output;
  throw new Problem(`${program} failed (${code}):\n${output.trimEnd().split('\n').slice(-30).join('\n')}`);
}
