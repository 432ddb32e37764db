import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { GATEWAY_FLAGS } from './gateway-flags.mjs';
import { Problem, PROGRAMS, root } from './project.mjs';

const READY_MILLISECONDS = 120_000;
/** A little more than the gateway gives answers and jobs under way, and then webhooks. */
const STOP_MILLISECONDS = 30_000;

/** The gateway as a child process, and what start needs to know of it. */
export class GatewayProcess {
  #child;
  #stopRequested = false;

  constructor(host, port) {
    this.url = `http://${reachable(host)}:${port}`;
    this.#child = spawn(process.execPath, [...GATEWAY_FLAGS, PROGRAMS.gateway], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      // There is no balancer to wait for, unless somebody says so.
      env: { PARLANCE_STOP_DELAY_MILLISECONDS: '0', ...process.env, HOST: host, PORT: String(port) },
    });
    /** Resolves with the exit code when the gateway has ended, whoever ended it. */
    this.ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve({ code: 1, reason: error.message }));
      this.#child.once('exit', (code, signal) => resolve({ code: code ?? 0, reason: signal ?? `exit code ${code}` }));
    });
  }

  /** Waits until the gateway can serve. */
  async ready() {
    const deadline = Date.now() + READY_MILLISECONDS;
    while (Date.now() < deadline) {
      const ended = await Promise.race([this.ended, sleep(400)]);
      if (ended !== undefined) {
        throw new Problem(
          this.#stopRequested
            ? 'Stopped before it was ready.'
            : `The gateway ended before it was ready (${ended.reason}). It says why above.`,
        );
      }
      if (await this.isReady()) return;
    }
    throw new Problem(
      `The gateway was not ready after ${READY_MILLISECONDS / 1000} seconds. ${this.url}/health/ready says what is missing.`,
    );
  }

  async isReady() {
    try {
      const response = await fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(2000) });
      await response.arrayBuffer();
      return response.status === 200;
    } catch {
      // Not listening yet, or no longer.
      return false;
    }
  }

  /** Asks the gateway to end, once: it takes a second request for impatience. One that does not end is ended. */
  async stop() {
    if (!this.#stopRequested) {
      this.#child.kill('SIGTERM');
      this.#endLater();
    }
    return this.ended;
  }

  /** In a terminal Ctrl-C reaches the gateway directly: asks it only when it does not seem to have heard. */
  async interrupted() {
    if (process.stdin.isTTY && !this.#stopRequested) {
      await Promise.race([this.ended, sleep(500)]);
      if (!(await this.isReady())) this.#endLater();
    }
    return this.stop();
  }

  #endLater() {
    this.#stopRequested = true;
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MILLISECONDS);
    void this.ended.finally(() => clearTimeout(timer));
  }
}

/** The port to listen on: the one asked for if it is free, a free one for 0. */
export function choosePort(host, asked) {
  if (!/^\d{1,5}$/.test(asked) || Number(asked) > 65_535) {
    throw new Problem(`PORT must be a number from 0 to 65535, not '${asked.slice(0, 20)}'.`);
  }
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => reject(new Problem(explain(error.code, host, asked))));
    probe.listen(Number(asked), host, () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

function explain(code, host, port) {
  if (code === 'EADDRINUSE') return `Port ${port} is taken by another program. Choose another one: PORT=8081 npm start`;
  if (code === 'EACCES') return `This user may not listen on port ${port}. Choose one above 1023: PORT=8080 npm start`;
  return `This machine cannot listen on ${host}:${port} (${code}). HOST and PORT say where to listen.`;
}

/** Where a client on this machine reaches a server that listens there. */
function reachable(host) {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
