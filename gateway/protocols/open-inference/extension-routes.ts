/** Answers over REST what clients ask of Triton's extensions that are not offered here. */
import { ServingError } from '../../domain/errors.ts';
import { isJsonObject } from '../../wire/json/json-object.ts';
import { parseJsonText } from '../../wire/json/json-text.ts';
import { noSharedMemory, requireNoChange, requireNoRegion, traceSettings } from './absent-extensions.ts';
import type { InferenceServer } from './inference-server.ts';
import type { ExtensionRequest } from './rest-path.ts';

/**
 * @param readBody reads the body of the request
 * @returns the body of the answer
 * @throws ServingError `invalid-input`, `not-found`, and those of the reader
 */
export async function answerExtension(
  request: ExtensionRequest,
  server: InferenceServer,
  readBody: () => Promise<Buffer>,
): Promise<object> {
  switch (request.verb) {
    case 'log-settings':
      return server.logSettings();
    case 'set-log':
      requireNoChange(settingsIn(await readBody()), { of: 'log', kind: 'invalid-input' });
      return server.logSettings();
    case 'trace-settings':
      requireModel(server, request.name);
      return traceSettings;
    case 'set-traces':
      requireModel(server, request.name);
      requireNoChange(settingsIn(await readBody()), { of: 'traces', kind: 'invalid-input' });
      return traceSettings;
    case 'regions':
      requireNoRegion(request.name);
      return [];
    case 'register-region':
      throw noSharedMemory('invalid-input');
    case 'unregister-region':
      // Nothing is registered under any name afterwards.
      return {};
  }
}

function requireModel(server: InferenceServer, name: string): void {
  if (name !== '') server.resolve({ name });
}

function settingsIn(body: Buffer): object {
  const settings = body.byteLength === 0 ? {} : parseJsonText(body);
  if (isJsonObject(settings)) return settings;
  throw new ServingError('invalid-input', 'The body must be a JSON object of settings, or empty.');
}
