import { TreeLines } from './tree';

/** `<field name="…" …>`, its end, or one that holds nothing. */
const TAG = /<(?<end>\/?)(?<kind>proto|field)(?<rest>(?:\s+[\w.:-]+="[^"]*")*)\s*(?<empty>\/?)>/g;
const ATTRIBUTE = /([\w.:-]+)="([^"]*)"/g;
const ENTITY = /&(?:amp|lt|gt|quot|apos|#(\d{1,7})|#x([0-9a-f]{1,6}));/gi;
const NAMED: Readonly<Partial<Record<string, string>>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
};

/** What tshark says of the packet itself and nobody asked. */
const SKIPPED = new Set(['geninfo']);

/** The tree of one packet as `tshark -T pdml` writes it (doc/README.xml-output of Wireshark). */
export function pdmlTree(text: string): TreeLines {
  const tree = new TreeLines();
  /** Whether each line that is open is shown. */
  const open: boolean[] = [];
  for (const { groups } of text.matchAll(TAG)) {
    if (groups?.['end'] === '/') {
      open.pop();
      continue;
    }
    const of = attributes(groups?.['rest'] ?? '');
    const shown = open.at(-1) !== false && !isHidden(of) && tree.add(line(of, open.length));
    if (groups?.['empty'] !== '/') open.push(shown);
  }
  return tree;
}

function isHidden(of: ReadonlyMap<string, string>): boolean {
  return of.get('hide') === 'yes' || SKIPPED.has(of.get('name') ?? '');
}

function line(of: ReadonlyMap<string, string>, depth: number) {
  const start = Number(of.get('pos') ?? 'none');
  const length = Number(of.get('size') ?? 0);
  const at = Number.isInteger(start) && length > 0 ? { source: 0, start, length } : null;
  const text = of.get('showname') ?? of.get('show') ?? '';
  const name = of.get('name') ?? '';
  return { depth, text: text === '' ? name : text, filter: null, severity: null, at };
}

function attributes(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(ATTRIBUTE)) found.set(name, plain(value));
  return found;
}

function plain(text: string): string {
  return text.replace(ENTITY, (whole: string, decimal?: string, hex?: string) => {
    const code = decimal === undefined ? parseInt(hex ?? '', 16) : Number(decimal);
    if (Number.isNaN(code)) return NAMED[whole.toLowerCase()] ?? whole;
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
