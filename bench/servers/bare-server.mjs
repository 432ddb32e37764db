// The floor: Node's own HTTP server, answering every request with the same bytes once the body has been read.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [, , file, contentType] = process.argv;
const body = readFileSync(file);
const server = createServer((request, response) => {
  request.resume().on('end', () => {
    response.writeHead(200, { 'content-type': contentType, 'content-length': body.length }).end(body);
  });
});
server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}` }));
process.on('disconnect', () => process.exit());
