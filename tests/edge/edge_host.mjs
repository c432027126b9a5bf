// Runs an exported script in Node between a client and an application: node edge_host.mjs FOLDER PORT UPSTREAM
import { existsSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { pathToFileURL } from 'node:url';

const [folder, port, upstream] = process.argv.slice(2);
const own = `http://127.0.0.1:${port}`;
const there = `http://127.0.0.1:${upstream}`;

function body(request) {
  return new Promise((resolve) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => resolve(Buffer.concat(chunks)));
  });
}

// Forwards as a runtime does that sends the raw path on; follows no redirect.
function forward(method, path, rawHeaders, content) {
  return new Promise((resolve, reject) => {
    const sent = http.request({ host: '127.0.0.1', port: upstream, method, path, headers: rawHeaders }, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () => resolve({ answer, content: Buffer.concat(chunks) }));
    });
    sent.on('error', reject);
    sent.end(content);
  });
}

function pairs(raw) {
  const found = [];
  for (let i = 0; i < raw.length; i += 2) found.push([raw[i], raw[i + 1]]);
  return found;
}

async function throughWorker(worker, incoming, content) {
  // The standard normalises the path, and browsers have done so before: dot segments are gone there, too.
  const headers = new Headers();
  for (const [name, value] of pairs(incoming.rawHeaders)) if (!/^(host|connection)$/i.test(name)) headers.append(name, value);
  const asked = new Request(own + incoming.url, {
    method: incoming.method, headers, body: content.length ? content : undefined,
  });
  return worker.fetch(asked);
}

const file = `${folder}/crossguard-worker.js`;
let worker = null;
let handler = null;
if (existsSync(file)) {
  const real = globalThis.fetch;
  globalThis.fetch = (request) => real(there + request.url.slice(own.length), {
    method: request.method, headers: request.headers, body: request.body, duplex: 'half', redirect: 'manual',
  });
  worker = (await import(pathToFileURL(file))).default;
} else {
  handler = new Function(`${readFileSync(`${folder}/crossguard-function.js`, 'utf8')}; return handler;`)();
}

function cloudfrontEvent(incoming) {
  const headers = {};
  for (const [name, value] of pairs(incoming.rawHeaders)) {
    const key = name.toLowerCase();
    if (headers[key]) headers[key].multiValue = [...(headers[key].multiValue || [{ value: headers[key].value }]), { value }];
    else headers[key] = { value };
  }
  const uri = incoming.url.split('?')[0];
  return { context: { eventType: 'viewer-request' }, request: { method: incoming.method, uri, headers } };
}

http.createServer(async (incoming, outgoing) => {
  const content = await body(incoming);
  try {
    if (worker) {
      const response = await throughWorker(worker, incoming, content);
      const headers = [];
      response.headers.forEach((value, name) => { if (!/^(connection|keep-alive|transfer-encoding|content-encoding|content-length)$/.test(name)) headers.push(name, value); });
      outgoing.writeHead(response.status, headers);
      outgoing.end(Buffer.from(await response.arrayBuffer()));
      return;
    }
    const result = handler(cloudfrontEvent(incoming));
    if (result.statusCode) {
      const headers = Object.entries(result.headers).flatMap(([name, field]) => [name, field.value]);
      outgoing.writeHead(result.statusCode, headers);
      outgoing.end();
      return;
    }
    const { answer, content: answered } = await forward(incoming.method, incoming.url, pairs(incoming.rawHeaders).flat(), content);
    outgoing.writeHead(answer.statusCode, answer.rawHeaders);
    outgoing.end(answered);
  } catch (error) {
    outgoing.writeHead(502, { 'Content-Type': 'text/plain' });
    outgoing.end(String(error));
  }
}).listen(Number(port), '127.0.0.1');
