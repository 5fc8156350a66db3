/** What a `.proto` file of ours declares at its top: package, imports, names. The rest is the loader's. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface ProtoOutline {
  /** Relative to the folder, with slashes, as other files import it. */
  readonly file: string;
  readonly package: string;
  readonly imports: readonly ProtoImport[];
  /** Messages, enumerations and services, without their package. */
  readonly names: readonly string[];
}

export interface ProtoImport {
  readonly file: string;
  readonly isPublic: boolean;
}

/** Every `.proto` file below a folder. Relies on our way of writing: what is declared at the top begins its line. */
export function outlineProtos(folder: string): readonly ProtoOutline[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.proto'))
    .sort()
    .map((file) => {
      const text = readFileSync(path.join(folder, file), 'utf8');
      return {
        file: file.split(path.sep).join('/'),
        package: /^package ([\w.]+);/m.exec(text)?.[1] ?? '',
        imports: Array.from(
          text.matchAll(/^import (public )?"([^"]+)";/gm),
          ([, isPublic, imported = '']) => ({
            file: imported,
            isPublic: isPublic !== undefined,
          }),
        ),
        names: Array.from(text.matchAll(/^(?:message|enum|service) (\w+)/gm), ([, name = '']) => name),
      };
    });
}
