/** Writes the front page for browsers: what this server is, and links that need no script. */

export interface FrontPageHtmlOptions {
  readonly name: string;
  readonly version: string;
  /** Addresses by what they lead to. */
  readonly links: Readonly<Record<string, string>>;
}

/** Nothing is loaded, from here or from elsewhere; the empty icon lies in the page. */
export const frontPageSecurityPolicy =
  "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export function frontPageHtml({ name, version, links }: FrontPageHtmlOptions): string {
  const title = `${escaped(name)} ${escaped(version)}`;
  const items = Object.entries(links).map(
    ([text, address]) => `<li><a href="${escaped(address)}">${escaped(text)}</a></li>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
</head>
<body>
<h1>${title}</h1>
<p>This server classifies pictures. It is alive.</p>
<ul>
${items.join('\n')}
</ul>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
