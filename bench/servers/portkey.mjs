// Portkey's gateway, headless, in a process of its own: `pinned` with the web server it works with, or `as-published`.
import { Server } from 'node:net';

const [, , variant = 'pinned'] = process.argv;
const folder = variant === 'as-published' ? 'portkey-as-published/' : '';
const gateway = new URL(`../peers/${folder}node_modules/@portkey-ai/gateway/build/start-server.js`, import.meta.url);

// It would listen on all addresses, and does not tell its port: this process gives one away and reads the other.
const { value: listen } = Object.getOwnPropertyDescriptor(Server.prototype, 'listen');
const listening = new Promise((resolve) => {
  Server.prototype.listen = function (_port, _host, ...rest) {
    this.once('listening', () => resolve(this.address().port));
    return listen.call(this, 0, '127.0.0.1', ...rest);
  };
});
// It writes a line for every vendor that fails.
console.error = () => undefined;
process.argv.splice(2, Infinity, '--headless');
await import(gateway);
const url = `http://127.0.0.1:${await listening}`;
while (!(await fetch(url)).ok) await new Promise((resolve) => setTimeout(resolve, 50));
process.send({ url });
process.on('disconnect', () => process.exit());
