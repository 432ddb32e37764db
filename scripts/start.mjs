import { readFlags } from './lib/arguments.mjs';
import { runDemo, showNextSteps } from './lib/demo.mjs';
import { ensureBuilt } from './lib/ensure-built.mjs';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { choosePort, GatewayProcess } from './lib/gateway-process.mjs';
import { requireSupportedNode } from './lib/node-version.mjs';
import { main, Problem } from './lib/project.mjs';

const help = `npm start                     installs and builds what is missing, starts the gateway, shows that it works
npm start -- --no-demo        the same without the demonstration
npm start -- --demo-only      stops after the demonstration; exit code 0 when it worked

PORT (8080; 0: any free one) and HOST (127.0.0.1) say where to listen; docs/configuration.md lists everything else.`;

const NO_KEY_AT_HAND = 'No demonstration: the gateway asks for a key, and none is at hand here, since all of them are hashed.';

main(async () => {
  const flags = readFlags(['no-demo', 'demo-only'], help);
  requireSupportedNode();
  await ensureInstalled();
  await ensureBuilt();
  const host = process.env['HOST'] || '127.0.0.1';
  const port = await choosePort(host, process.env['PORT'] || '8080');
  const gateway = new GatewayProcess(host, port);
  let asked = false;
  const onSignal = (work) => () => {
    asked = true;
    void work();
  };
  process.on(
    'SIGINT',
    onSignal(() => gateway.interrupted()),
  );
  for (const signal of ['SIGTERM', 'SIGHUP'])
    process.on(
      signal,
      onSignal(() => gateway.stop()),
    );
  endWithNpm(onSignal(() => gateway.stop()));
  try {
    await gateway.ready();
    await show(gateway.url, flags);
  } catch (error) {
    if (asked) return (await gateway.ended).code;
    await gateway.stop();
    throw error;
  }
  if (flags['demo-only']) return (await gateway.stop()).code;
  const { code, reason } = await gateway.ended;
  if (asked) return code;
  throw new Problem(`The gateway ended by itself (${reason}).`);
});

/** npm hands no signal on to what it runs in a shell: whoever ended it by a signal left a gateway behind. */
function endWithNpm(end) {
  if (process.env['npm_lifecycle_event'] !== 'start') return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    end();
  }, 1000);
  watch.unref();
}

async function show(url, flags) {
  const key = keyAtHand();
  const needsKey = await asksForKey(url);
  if (!flags['no-demo']) {
    if (!needsKey || key !== undefined) await runDemo(url, key);
    else if (flags['demo-only']) throw new Problem(NO_KEY_AT_HAND);
    else console.log(`\n${NO_KEY_AT_HAND}`);
  }
  if (!flags['demo-only']) showNextSteps(url, needsKey);
}

/** Of a hashed key, as all are in the file of keys, nobody knows the key. */
function keyAtHand() {
  const { PARLANCE_API_KEYS: ofClients = '', PARLANCE_ADMIN_KEYS: ofOperators = '' } = process.env;
  const keys = `${ofClients},${ofOperators}`.split(',').map((key) => key.trim());
  return keys.find((key) => key !== '' && !key.startsWith('sha256:'));
}

/** Keys stand in the environment and in files: the gateway has read them all. */
async function asksForKey(url) {
  const response = await fetch(`${url}/v1/models`);
  await response.body?.cancel();
  return response.status === 401;
}
