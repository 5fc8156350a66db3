/** A client of the stack's gateway, from outside its network. */
import fs from 'node:fs';
import http from 'node:http';
import { once } from 'node:events';
import net from 'node:net';

/** What `curl -F image=@<file>` sends; an answer that takes longer than `seconds` is an error. */
export async function postForm(url, file, seconds) {
  const form = new FormData();
  form.append('image', new Blob([fs.readFileSync(file)], { type: 'image/jpeg' }), 'picture.jpg');
  const answer = await fetch(url, {
    method: 'POST',
    body: form,
    signal: AbortSignal.timeout(seconds * 1000),
  });
  return { status: answer.status, text: await answer.text() };
}

/** A server that stops waits a second for the next byte. */
const trickleMilliseconds = 100;

/** Sends half of a picture and then byte by byte; `finish` sends the rest and resolves to the answer's status. */
export async function startSlowUpload(url, file) {
  const bytes = fs.readFileSync(file);
  const headers = { 'Content-Type': 'image/jpeg', 'Content-Length': bytes.length };
  const request = http.request(url, { method: 'POST', headers, agent: false });
  const answered = once(request, 'response').then(([response]) => {
    response.resume();
    return response.statusCode;
  });
  // Whoever finishes hears of it; until then nobody listens.
  answered.catch(() => undefined);
  let sent = Math.floor(bytes.length / 2);
  await new Promise((resolve) => request.write(bytes.subarray(0, sent), resolve));
  const trickle = setInterval(() => {
    request.write(bytes.subarray(sent, sent + 1));
    sent += 1;
  }, trickleMilliseconds);
  // Nobody may ever finish it, and a timer keeps a process from ending.
  request.once('close', () => clearInterval(trickle));
  return {
    finish() {
      clearInterval(trickle);
      request.end(bytes.subarray(sent));
      return answered;
    },
  };
}

/** Listens on a port of this machine; the result lets it go. */
export async function takePort(port) {
  const server = net.createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return () => once(server.close(), 'close');
}

/** Ports of this machine that nobody listens on now. */
export async function freePorts(count) {
  const servers = Array.from({ length: count }, () => net.createServer().listen(0));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
