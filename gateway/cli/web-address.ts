/** Addresses of web servers, as given and as written. */
import type { ListeningAddress } from '../transports/http/http-server.ts';

/** @param here what this machine is called where a server listens everywhere */
export function addressOfServer({ host, port }: ListeningAddress, here: string): string {
  const isEverywhere = host === '0.0.0.0' || host === '::';
  const name = isEverywhere ? here : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

/** Whether a text is the address of a web server. */
export function isWebAddress(url: string): boolean {
  return URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol);
}

/** One sentence about an address that is none. */
export function addressFault(url: string): string {
  return `--url "${url}" must be a URL that starts with http:// or https://, such as http://127.0.0.1:5000.`;
}
