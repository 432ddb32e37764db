// The floor of a gateway: Node's own HTTP server hands every request to undici as it comes, and the answer back as it comes.
import { createServer } from 'node:http';
import { Pool } from 'undici';

const [, , vendorUrl] = process.argv;
const pool = new Pool(vendorUrl, { connections: 1024, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
/** Of one connection only, so they are not handed on. */
const ownHeaders = new Set(['connection', 'keep-alive', 'transfer-encoding', 'host', 'expect']);

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const { method, url: path } = request;
  const body = method === 'GET' ? null : request;
  pool.dispatch({ method, path, headers: handedOn(request.headers), body }, answerTo(response));
});

function handedOn(headers) {
  const result = {};
  for (const name in headers) if (!ownHeaders.has(name)) result[name] = headers[name];
  return result;
}

function answerTo(response) {
  return {
    onRequestStart(controller) {
      response.on('close', () => response.writableFinished || controller.abort(new Error('The client has left.')));
    },
    onResponseStart(controller, status, headers) {
      response.on('drain', () => controller.resume());
      response.writeHead(status, handedOn(headers));
    },
    onResponseData(controller, chunk) {
      if (!response.write(chunk)) controller.pause();
    },
    onResponseEnd() {
      response.end();
    },
    onResponseError() {
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end();
    },
  };
}

server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}` }));
process.on('disconnect', () => process.exit());
