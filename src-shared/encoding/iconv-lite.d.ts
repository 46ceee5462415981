// The parts of iconv-lite that are read: its tables, which it does not describe itself.

declare module 'iconv-lite/encodings/dbcs-data.js' {
  interface MultiByteTable {
    table: () => [string, ...(string | number)[]][];
    gb18030?: () => { uChars: number[]; gbChars: number[] };
    encodeSkipVals?: (number | { from: number; to: number })[];
  }
  const tables: Record<
    'gbk' | 'gb18030' | 'big5hkscs' | 'shiftjis' | 'eucjp' | 'cp949',
    MultiByteTable
  >;
  export = tables;
}

declare module 'iconv-lite/encodings/sbcs-data-generated.js' {
  const tables: Record<
    `windows125${0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8}` | 'koi8r' | 'cp437' | 'cp850',
    { chars: string }
  >;
  export = tables;
}
