// A library in a process of its own, which speaks what it is told to and says how long each text took.
// Arguments: the library's module, relative to this folder, and the vendors it may ask, first choice first.
import { setTimeout as sleep } from 'node:timers/promises';

/** A call that never ends is one that failed. */
const limitMilliseconds = 20_000;
const [, , module, ...vendorUrls] = process.argv;
const { open } = await import(new URL(module, import.meta.url));
const library = await open(vendorUrls);
process.send({ url: vendorUrls[0] });

process.on('message', (job) => void run(job).then((outcome) => process.send(outcome)));
process.on('disconnect', () => void library.close().finally(() => process.exit()));

/** `times` has milliseconds until the last byte in the order of `texts`: null where not exactly `bytes` came. */
async function run({ texts, callers, spreadMilliseconds, bytes }) {
  const times = [];
  let next = 0;
  const caller = async (index) => {
    await sleep((index / callers) * spreadMilliseconds);
    while (next < texts.length) {
      const place = next++;
      const began = performance.now();
      const received = await limited(library.speak(texts[place]));
      times[place] = received === bytes ? performance.now() - began : null;
    }
  };
  const used = process.cpuUsage();
  const began = performance.now();
  await Promise.all(Array.from({ length: callers }, (_, index) => caller(index)));
  const milliseconds = performance.now() - began;
  const { user, system } = process.cpuUsage(used);
  return { times, milliseconds, processorMilliseconds: (user + system) / 1000 };
}

/** The bytes that came: none where the call failed or took too long. */
function limited(call) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, limitMilliseconds, 0);
    const end = (bytes) => {
      clearTimeout(timer);
      resolve(bytes);
    };
    call.then(end, () => end(0));
  });
}
