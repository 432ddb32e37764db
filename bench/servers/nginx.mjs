// nginx with the same bytes, in a process of its own, where it is installed; it answers a POST as it answers a GET.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, basename } from 'node:path';

const [, , file, contentType] = process.argv;
const directory = mkdtempSync(join(tmpdir(), 'parlance-nginx-'));
const port = await new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port: free } = server.address();
    server.close(() => resolve(free));
  });
});
writeFileSync(
  join(directory, 'nginx.conf'),
  `daemon off; master_process off; worker_processes 1; pid ${directory}/pid; error_log ${directory}/error.log;
events { worker_connections 1024; }
http {
  access_log off; sendfile on; keepalive_requests 1000000; default_type ${contentType};
  client_body_temp_path ${directory}/body; proxy_temp_path ${directory}/proxy; fastcgi_temp_path ${directory}/fastcgi;
  uwsgi_temp_path ${directory}/uwsgi; scgi_temp_path ${directory}/scgi;
  server { listen 127.0.0.1:${port}; root ${dirname(file)}; error_page 405 =200 /${basename(file)}; location / { try_files /${basename(file)} =404; } }
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
process.send({ url: `http://127.0.0.1:${port}` });
process.on('disconnect', () => {
  nginx.kill();
  rmSync(directory, { recursive: true, force: true });
});
