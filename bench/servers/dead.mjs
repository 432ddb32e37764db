// A vendor that is down: every connection is reset at once, and counted.
import { createServer } from 'node:net';

let calls = 0;
const server = createServer((socket) => {
  calls++;
  socket.on('error', () => undefined);
  socket.resetAndDestroy();
});
server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}` }));
process.on('message', () => process.send({ calls }));
process.on('disconnect', () => process.exit());
