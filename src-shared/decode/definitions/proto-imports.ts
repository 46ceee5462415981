import type { Proto } from '../../contract/definition';
import { DEFINITION_VERSION } from '../../contract/definition';

/** More imports than this are a loop of files that write each other, or a mistake. */
const MAX_FILES = 200;

/**
 * A definition of a `.proto` and of those it imports, as `read` finds them; null: it is not there,
 * which is told when the definition is used.
 */
export function protoOf(
  first: { name: string; text: string },
  message: string,
  read: (imported: string) => string | null,
): Proto {
  const files = [first];
  for (const { text } of files)
    for (const name of importsIn(text)) {
      if (files.length >= MAX_FILES || files.some((file) => file.name === name)) continue;
      const imported = read(name);
      if (imported !== null) files.push({ name, text: imported });
    }
  const kind = 'proto' as const;
  return { version: DEFINITION_VERSION, kind, name: nameOf(first.name), message, files };
}

/** What a `.proto` imports, but for the types everyone has: those need no file. */
function importsIn(text: string): string[] {
  const found = [
    ...text.matchAll(/(?:^|[;\s])import\s+(?:public\s+|weak\s+)?["']([^"']+)["']\s*;/g),
  ];
  return found.flatMap(([, name = '']) => (isWellKnown(name) ? [] : [name]));
}

function isWellKnown(name: string): boolean {
  return name.startsWith('google/protobuf/') && name.split('/').length === 3;
}

/** A name of a definition, made of that of a file. */
function nameOf(file: string): string {
  const plain = file.replace(/\.proto$/i, '').replaceAll(/[^\p{L}\p{N}_-]+/gu, '-');
  return plain.replace(/^[-_]+/, '').slice(0, 64) || 'proto';
}
