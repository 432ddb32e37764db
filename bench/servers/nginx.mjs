// nginx in a process of its own, where it is installed. Arguments: `file FILE CONTENT-TYPE` sends a file, and answers a POST as
// it answers a GET; `proxy URL` hands everything on to a vendor over kept-alive connections, and nothing to the disk.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, basename } from 'node:path';

const [, , mode, target, contentType = 'application/octet-stream'] = process.argv;
const directory = mkdtempSync(join(tmpdir(), 'parlance-nginx-'));
const port = await new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port: free } = server.address();
    server.close(() => resolve(free));
  });
});
const modes = {
  file: () =>
    `server { listen 127.0.0.1:${port}; root ${dirname(target)}; error_page 405 =200 /${basename(target)};
  location / { try_files /${basename(target)} =404; } }`,
  proxy: () => `upstream vendor { server ${new URL(target).host}; keepalive 1024; keepalive_requests 1000000; }
  server { listen 127.0.0.1:${port}; client_max_body_size 0; location / {
    proxy_pass http://vendor; proxy_http_version 1.1; proxy_set_header connection "";
    proxy_request_buffering off; proxy_buffers 16 32k; proxy_buffer_size 32k; proxy_busy_buffers_size 64k; proxy_max_temp_file_size 0;
  } }`,
};
writeFileSync(
  join(directory, 'nginx.conf'),
  `daemon off; master_process off; worker_processes 1; pid ${directory}/pid; error_log ${directory}/error.log;
events { worker_connections 4096; }
http {
  access_log off; sendfile on; keepalive_requests 1000000; default_type ${contentType};
  client_body_temp_path ${directory}/body; proxy_temp_path ${directory}/proxy; fastcgi_temp_path ${directory}/fastcgi;
  uwsgi_temp_path ${directory}/uwsgi; scgi_temp_path ${directory}/scgi;
  ${modes[mode]()}
}
`,
);
const nginx = spawn('nginx', ['-c', join(directory, 'nginx.conf'), '-p', directory], { stdio: 'ignore' });
nginx.on('error', () => process.exit(1));
nginx.on('exit', (code) => process.exit(code ?? 0));
for (;;) {
  const answered = await fetch(`http://127.0.0.1:${port}/`).then(
    (response) => response.ok,
    () => false,
  );
  if (answered) break;
  await new Promise((resolve) => setTimeout(resolve, 20));
}
process.send({ url: `http://127.0.0.1:${port}`, pid: nginx.pid });
process.on('disconnect', () => {
  nginx.kill();
  rmSync(directory, { recursive: true, force: true });
});
