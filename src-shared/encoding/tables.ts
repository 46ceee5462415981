// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- the types of every process must find it
/// <reference path="./iconv-lite.d.ts" />
import multi from 'iconv-lite/encodings/dbcs-data.js';
import single from 'iconv-lite/encodings/sbcs-data-generated.js';
import type { Charset } from './charset';
import { multiByte } from './multi-byte';
import type { EncodingName } from './names';
import { singleByte } from './single-byte';

/* All that needs tables, 150 KB of them packed: loaded when one of these encodings is wanted. */

const SINGLE = {
  'windows-1250': 'windows1250',
  'windows-1251': 'windows1251',
  'windows-1252': 'windows1252',
  'windows-1253': 'windows1253',
  'windows-1254': 'windows1254',
  'windows-1255': 'windows1255',
  'windows-1256': 'windows1256',
  'windows-1257': 'windows1257',
  'windows-1258': 'windows1258',
  'koi8-r': 'koi8r',
  cp437: 'cp437',
  cp850: 'cp850',
} as const;

/** With what Windows and the web mean by these names: CP936, Big5 with HKSCS, CP932, CP949. */
const MULTI = {
  gbk: 'gbk',
  gb18030: 'gb18030',
  big5: 'big5hkscs',
  shift_jis: 'shiftjis',
  'euc-jp': 'eucjp',
  'euc-kr': 'cp949',
} as const;

/** Takes some 20 ms for those of several bytes. Throws for one that needs no table. */
export function charsetOfTable(name: EncodingName): Charset {
  if (isOf(SINGLE, name)) return singleByte(name, single[SINGLE[name]].chars);
  if (!isOf(MULTI, name)) throw new Error(`${name} has no table`);
  const { table, gb18030, encodeSkipVals } = multi[MULTI[name]];
  return multiByte(name, {
    chunks: table(),
    ...(encodeSkipVals ? { unwritten: encodeSkipVals } : {}),
    ...(gb18030 ? { runs: gb18030() } : {}),
  });
}

function isOf<Names extends object>(names: Names, name: PropertyKey): name is keyof Names {
  return Object.hasOwn(names, name);
}
