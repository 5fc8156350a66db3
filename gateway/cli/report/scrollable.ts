/** Lets a wide table scroll inside the page, with the keyboard too. */
import { type Markup, markup } from './markup.ts';

export function scrollable(name: string, table: Markup): Markup {
  return markup`<div class="scroll" role="region" tabindex="0" aria-label="${`Table: ${name}`}">${table}</div>`;
}
