import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readFlags } from './lib/arguments.mjs';
import { runDemo } from './lib/demo.mjs';
import { installPrograms } from './lib/ensure-programs.mjs';
import { GATEWAY_FLAGS } from './lib/gateway-flags.mjs';
import { choosePort } from './lib/gateway-process.mjs';
import { makeBaseImage } from './lib/image/base-image.mjs';
import { Containers } from './lib/image/containers.mjs';
import { makeSecretFolder } from './lib/image/secret-folder.mjs';
import { main, Problem, root } from './lib/project.mjs';
import { runNpm } from './lib/run.mjs';

const help = `npm run test:image                    builds the image of deploy/Dockerfile with buildah, and has it speak and listen in
                                      podman: as a user without rights, on a file system that it cannot write to
npm run test:image -- --own-base      the same on a base image made of Debian's packages and npm's Node, for machines that
                                      reach no registry of images; takes some minutes, as root`;

const IMAGE = 'localhost/parlance';
const USER = 10_001;
const READY_MILLISECONDS = 180_000;

main(async () => {
  const flags = readFlags(['own-base'], help);
  await need([['buildah'], ['podman'], ['runc'], ...(flags['own-base'] ? [['debootstrap']] : [])]);
  const folder = await mkdtemp(join(tmpdir(), 'parlance-image-'));
  const containers = new Containers(folder);
  // In a terminal whatever is being built or run hears of it, too.
  process.once('SIGINT', () => void containers.remove().finally(() => process.exit(130)));
  try {
    const base = flags['own-base'] ? await step('a base image was made', () => makeBaseImage(containers, folder)) : undefined;
    await step('the image was built', () => build(containers, folder, base));
    const healthcheck = await step('it says who runs it, how it is and how it is stopped', () => check(containers));
    await step('without API keys it does not start', () => startWithout(containers));
    const { key, keys } = await step('its command line makes a key', () => makeKey(containers, folder));
    await serve(containers, { key, keys, healthcheck });
    await step('a user that nobody has given a name speaks and hears, too', () => speakAsAnybody(containers));
  } finally {
    await containers.remove();
  }
});

async function need(programs) {
  const missing = await installPrograms(programs.map((names) => ({ programs: names, packages: names })));
  if (missing.length > 0) throw new Problem(`Not installed: ${missing.join(', ')}.`);
}

async function step(name, work) {
  const begin = performance.now();
  const result = await work();
  console.log(`ok  ${name} (${((performance.now() - begin) / 1000).toFixed(1)} s)`);
  return result;
}

async function build(containers, folder, base) {
  const secret = join(folder, 'npmrc');
  // The authorities of this machine are in its own base image, and in no other.
  await writeFile(secret, await npmSettings(base === undefined ? ['registry'] : ['registry', 'cafile']), { mode: 0o600 });
  const options = ['--secret', `id=npmrc,src=${secret}`, '--build-arg', 'VERSION=test'];
  if (base !== undefined) options.push('--build-arg', `NODE_IMAGE=${base}`);
  await containers.build({ name: IMAGE, file: join(root, 'deploy/Dockerfile'), context: root, options });
}

/** Where this machine has its packages from. */
async function npmSettings(names) {
  const values = await Promise.all(
    names.map(async (name) => [name, (await runNpm(['config', 'get', name], { quiet: true })).output.trim()]),
  );
  return values
    .filter(([, value]) => value !== '' && value !== 'null')
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

async function check(containers) {
  const { Config: config, Healthcheck: health, Size: size } = await containers.inspect(IMAGE);
  console.log(`    ${Math.round(size / 1_000_000)} MB with its base`);
  expect(config.User === `${USER}:${USER}`, `the user is ${config.User}`);
  expect(config.StopSignal === 'SIGTERM', `it is stopped by ${config.StopSignal}`);
  expect(config.Labels['org.opencontainers.image.version'] === 'test', 'its label does not say the version');
  expect(
    GATEWAY_FLAGS.every((flag) => config.Cmd.includes(flag)),
    `it starts the gateway by ${config.Cmd.join(' ')}`,
  );
  expect(health?.Test?.[0] === 'CMD', 'it has no check of its health');
  return health.Test.slice(1);
}

async function startWithout(containers) {
  const { code, output } = await containers.run(IMAGE, []);
  expect(code === 1 && output.includes('PARLANCE_API_KEYS'), `it ended with ${code}: ${output}`);
}

async function makeKey(containers, folder) {
  const { code, output } = await containers.run(
    IMAGE,
    [],
    ['parlance', 'keys', 'new', '--name', 'test', '--scopes', 'speech,transcription'],
  );
  const [, key] = /^(\S{40,})$/m.exec(output) ?? [];
  const entry = /^- name:[\s\S]*/m.exec(output)?.[0];
  expect(code === 0 && key !== undefined && entry !== undefined, `it ended with ${code}`);
  return { key, keys: await makeSecretFolder(join(folder, 'keys'), 'parlance.keys.yaml', entry) };
}

async function serve(containers, { key, keys, healthcheck }) {
  const port = await choosePort('127.0.0.1', '0');
  const url = `http://127.0.0.1:${port}`;
  const options = ['--env', `PORT=${port}`, '--volume', `${keys}:/etc/parlance/keys:ro`];
  options.push('--env', 'PARLANCE_KEYS_FILE=/etc/parlance/keys/parlance.keys.yaml');
  const { ended } = containers.start(IMAGE, 'gateway', options);
  await step('it is ready, as its own check says', async () => {
    await ready(url, ended);
    const { code } = await containers.exec('gateway', healthcheck);
    expect(code === 0, `its check of its health ended with ${code}`);
  });
  await step('it speaks and listens', () => runDemo(url, key));
  await step('it has no rights, and can write nothing but its data', () => checkRights(containers));
  await step('told to stop, it ends in order', async () => {
    await containers.signal('gateway', 'TERM');
    const { code, output } = await ended;
    expect(code === 0, `it ended with ${code}: ${output}`);
    expect(!output.includes(key), 'the log has the key');
  });
}

async function ready(url, ended) {
  const deadline = Date.now() + READY_MILLISECONDS;
  while (Date.now() < deadline) {
    const end = await Promise.race([ended, sleep(300)]);
    if (end !== undefined) throw new Problem(`It ended with ${end.code}: ${end.output}`);
    const isReady = await fetch(`${url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
  }
  throw new Problem('It was not ready in time.');
}

async function checkRights(containers) {
  const { output: command } = await containers.exec('gateway', ['cat', '/proc/1/cmdline']);
  expect(command.startsWith('node\0'), `the first process is ${command}`);
  const { output } = await containers.exec('gateway', ['cat', '/proc/1/status']);
  const value = (name) => new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(output)?.[1];
  expect(
    value('Uid')
      ?.split(/\s+/)
      .every((id) => id === String(USER)),
    `it runs as ${value('Uid')}`,
  );
  expect(value('CapEff') === '0000000000000000', `it has the capabilities ${value('CapEff')}`);
  console.log(`    ${value('VmRSS')} of memory`);
  for (const [path, may] of Object.entries({ '/app/x': false, '/etc/x': false, '/data/x': true, '/tmp/x': true })) {
    const { code } = await containers.exec('gateway', ['touch', path]);
    expect((code === 0) === may, `${path} can ${may ? 'not ' : ''}be written`);
  }
}

/** Some platforms give every container a user of its own. */
async function speakAsAnybody(containers) {
  const command = 'parlance say "Good morning to everybody here." -o /tmp/hello.ogg && parlance transcribe /tmp/hello.ogg';
  const options = ['--user', '54321:54321', '--passwd=false', '--env', 'HOST=127.0.0.1', '--env', 'PARLANCE_DATA_DIR=/tmp/data'];
  const { code, output } = await containers.run(IMAGE, options, ['sh', '-c', command]);
  expect(code === 0 && /good morning/i.test(output), `it ended with ${code}: ${output}`);
}

function expect(isSo, otherwise) {
  if (!isSo) throw new Problem(`The image is not as it should be: ${otherwise}.`);
}
