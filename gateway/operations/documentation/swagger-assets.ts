/** The files of Swagger UI that its page asks for, and the script that starts it. */
import { readFile } from 'node:fs/promises';

export interface Asset {
  readonly type: string;
  readonly read: () => Promise<string | Buffer>;
}

/**
 * Starts the page with what its elements say, so that no script has to stand in it. The badge that shows the document
 * to a validator in the internet is off.
 */
const startScript = `const place = document.getElementById('swagger-ui');
SwaggerUIBundle({
  url: place.dataset.document,
  domNode: place,
  deepLinking: true,
  docExpansion: 'list',
  tryItOutEnabled: true,
  validatorUrl: null,
});
`;

const javascript = 'text/javascript; charset=utf-8';

const packaged = (name: string, type: string): readonly [string, Asset] => {
  const read = (): Promise<Buffer> =>
    readFile(new URL(name, import.meta.resolve('swagger-ui-dist/package.json')));
  return [name, { type, read }];
};

/** By the name in the address. */
export const swaggerAssets: ReadonlyMap<string, Asset> = new Map([
  packaged('swagger-ui-bundle.js', javascript),
  packaged('swagger-ui.css', 'text/css; charset=utf-8'),
  packaged('favicon-32x32.png', 'image/png'),
  ['start.js', { type: javascript, read: async () => startScript }],
]);
