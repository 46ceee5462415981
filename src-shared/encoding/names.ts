/** The encodings of text, by the names that profiles and the command line use; in the order offered. */
export const ENCODING_NAMES = [
  'utf-8',
  'ascii',
  'latin1',
  'gbk',
  'gb18030',
  'big5',
  'shift_jis',
  'euc-jp',
  'euc-kr',
  'windows-1250',
  'windows-1251',
  'windows-1252',
  'windows-1253',
  'windows-1254',
  'windows-1255',
  'windows-1256',
  'windows-1257',
  'windows-1258',
  'koi8-r',
  'cp437',
  'cp850',
  'utf-16le',
  'utf-16be',
] as const;

export type EncodingName = (typeof ENCODING_NAMES)[number];

/** As people write them. */
const LABELS: Record<EncodingName, string> = {
  'utf-8': 'UTF-8',
  ascii: 'ASCII',
  latin1: 'Latin-1',
  gbk: 'GBK',
  gb18030: 'GB18030',
  big5: 'Big5',
  shift_jis: 'Shift_JIS',
  'euc-jp': 'EUC-JP',
  'euc-kr': 'EUC-KR',
  'windows-1250': 'Windows-1250',
  'windows-1251': 'Windows-1251',
  'windows-1252': 'Windows-1252',
  'windows-1253': 'Windows-1253',
  'windows-1254': 'Windows-1254',
  'windows-1255': 'Windows-1255',
  'windows-1256': 'Windows-1256',
  'windows-1257': 'Windows-1257',
  'windows-1258': 'Windows-1258',
  'koi8-r': 'KOI8-R',
  cp437: 'CP437',
  cp850: 'CP850',
  'utf-16le': 'UTF-16LE',
  'utf-16be': 'UTF-16BE',
};

/** Other names for them, without the signs that people put or leave out. */
const ALIASES: Record<string, EncodingName> = {
  utf: 'utf-8',
  unicode11utf8: 'utf-8',
  usascii: 'ascii',
  us: 'ascii',
  iso646us: 'ascii',
  iso88591: 'latin1',
  isolatin1: 'latin1',
  l1: 'latin1',
  binary: 'latin1',
  cp936: 'gbk',
  ms936: 'gbk',
  windows936: 'gbk',
  gb2312: 'gbk',
  euccn: 'gbk',
  xgbk: 'gbk',
  gb: 'gb18030',
  cp950: 'big5',
  windows950: 'big5',
  big5hkscs: 'big5',
  cnbig5: 'big5',
  sjis: 'shift_jis',
  cp932: 'shift_jis',
  ms932: 'shift_jis',
  windows31j: 'shift_jis',
  mskanji: 'shift_jis',
  ujis: 'euc-jp',
  cp949: 'euc-kr',
  uhc: 'euc-kr',
  ms949: 'euc-kr',
  ksc5601: 'euc-kr',
  ksc56011987: 'euc-kr',
  koi8: 'koi8-r',
  ibm437: 'cp437',
  dos437: 'cp437',
  437: 'cp437',
  ibm850: 'cp850',
  dos850: 'cp850',
  850: 'cp850',
  utf16: 'utf-16le',
  ucs2: 'utf-16le',
};

/** How it is written for people. */
export function encodingLabel(name: EncodingName): string {
  return LABELS[name];
}

/** By its name or another one for it, however it is written; null: there is none of that name. */
export function encodingName(text: string): EncodingName | null {
  const plain = bare(text);
  const own = ENCODING_NAMES.find((name) => bare(name) === plain);
  if (own) return own;
  // CP1252 is the same as Windows-1252.
  const windows = /^(?:cp|win|windows|ms)?(125[0-8])$/.exec(plain)?.[1];
  if (windows) return ENCODING_NAMES.find((name) => name === `windows-${windows}`) ?? null;
  return Object.hasOwn(ALIASES, plain) ? (ALIASES[plain] ?? null) : null;
}

/** The same, or a sentence that names all there are. */
export function parseEncoding(
  text: string,
): { ok: true; name: EncodingName } | { ok: false; message: string } {
  const name = encodingName(text);
  if (name) return { ok: true, name };
  return {
    ok: false,
    message: `There is no encoding "${text}". There are ${ENCODING_NAMES.join(', ')}`,
  };
}

function bare(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '');
}
