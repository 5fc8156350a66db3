/** Writes the page that shows a document with Swagger UI. */

export interface PageOptions {
  readonly title: string;
  /** From the page to where all paths begin: `./`, `../` or longer. */
  readonly root: string;
  /** From the page to the document. */
  readonly document: string;
  /** What changes with the files that the page asks for. */
  readonly version: string;
}

/** Nothing from elsewhere, and no script but the files of this server. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export function swaggerPage({ title, root, document, version }: PageOptions): string {
  const asset = (name: string): string => escaped(`${root}docs/assets/${name}?v=${version}`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<link rel="icon" type="image/png" href="${asset('favicon-32x32.png')}">
<link rel="stylesheet" href="${asset('swagger-ui.css')}">
</head>
<body>
<div id="swagger-ui" data-document="${escaped(document)}"></div>
<script src="${asset('swagger-ui-bundle.js')}"></script>
<script src="${asset('start.js')}"></script>
</body>
</html>
`;
}

/**
 * The way from a path up to where all paths begin. Relative, since only the client knows what a proxy has put before it.
 *
 * @param path without any prefix, such as `/v2/docs`
 */
export function rootFrom(path: string): string {
  return '../'.repeat(Math.max(0, path.split('/').length - 2)) || './';
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
