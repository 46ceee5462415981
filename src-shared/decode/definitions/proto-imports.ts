/** What a `.proto` imports, but for the types everyone has: those need no file. */
export function importsIn(text: string): string[] {
  const found = [...text.matchAll(/(?:^|[;\s])import\s+(?:public\s+|weak\s+)?["']([^"']+)["']\s*;/g)];
  return found.flatMap(([, name = '']) => (isWellKnown(name) ? [] : [name]));
}

function isWellKnown(name: string): boolean {
  return name.startsWith('google/protobuf/') && name.split('/').length === 3;
}
