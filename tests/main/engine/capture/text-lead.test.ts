import fc from 'fast-check';
import { expect, test } from 'vitest';
import { now } from '../../../../src-main/engine/clock';
import type { RowView, Session } from '../../../../src-main/engine/types';
import type { Row } from '../../../../src-shared/contract/row';
import { joined } from '../../../../src-shared/encoding/carry';
import { cutAt, decodeText, encodeText } from '../../../../src-shared/encoding/charset';
import { loadCharset } from '../../../../src-shared/encoding/load';
import type { EncodingName } from '../../../../src-shared/encoding/names';
import { openWhole, PEER, startSession, US, useFolder } from './sample';

const folder = useFolder();
const bytes = (hex: string) => Buffer.from(hex, 'hex');

async function viewIn(session: Session, encoding: EncodingName, socket: number | null = null) {
  const charset = await loadCharset(encoding);
  return session.view(socket, { shape: { encoding }, charset, onChange: () => undefined });
}

/** The payloads of a view: what begins the first character of each, and its bytes. */
function leads(view: RowView): string[] {
  const hex = (part: Uint8Array) => Buffer.from(part).toString('hex');
  return view
    .rows(0, view.length)
    .filter(({ lengthBytes }) => lengthBytes > 0)
    .map(({ lead, preview }) => `${lead ? `${hex(lead)}>` : ''}${hex(preview)}`);
}

test('a character goes on from the row before of its own stream, whatever passes between', async () => {
  const session = startSession(folder.path('gbk.pcapng'));
  const one = session.tcp(2, US, PEER);
  const two = session.tcp(3, US, { ...PEER, port: 40_001 });
  const udp = session.udp(4, US, { ...PEER, port: 40_002 });
  one.opened('peer', now());
  two.opened('peer', now());
  one.data('in', bytes('d6d0ce'), now());
  one.data('out', bytes('c4'), now());
  two.data('in', bytes('c4'), now());
  udp.data('in', bytes('ce'), now());
  session.note(1, { event: 'joined' }, now());
  udp.data('in', bytes('c4'), now());
  one.data('in', bytes('c40a'), now());
  two.data('in', bytes('0a'), now());
  one.data('out', bytes('e3ba'), now());
  const told = [
    ...['d6d0ce', 'c4', 'c4', 'ce', 'c4', 'ce>c40a'],
    // A lead byte before a line end is none; another direction has its own.
    ...['0a', 'c4>e3ba'],
  ];
  expect(leads(await viewIn(session, 'gbk'))).toEqual(told);
  expect(leads(await viewIn(session, 'gbk', 2))).toEqual(['d6d0ce', 'c4', 'ce>c40a', 'c4>e3ba']);
  expect(leads(await viewIn(session, 'latin1', 2))).toEqual(['d6d0ce', 'c4', 'c40a', 'e3ba']);
  session.close(now());
  const opened = await openWhole(folder.path('gbk.pcapng'));
  expect(leads(await viewIn(opened, 'gbk'))).toEqual(told);
  opened.close();
});

test('UTF-8 needs no choice, and UTF-16 counts from the beginning of its stream', async () => {
  const session = startSession(folder.path('utf.pcapng'));
  const flow = session.tcp(2, US, PEER);
  flow.opened('peer', now());
  for (const part of ['f09f', '98', '80', '80', 'e6b8']) flow.data('in', bytes(part), now());
  for (const part of ['3d', 'd800', 'de41', '00']) flow.data('out', bytes(part), now());
  expect(leads(session.view(null)).slice(0, 5)).toEqual([
    ...['f09f', 'f09f>98', 'f09f98>80', '80', 'e6b8'],
  ]);
  expect(leads(await viewIn(session, 'utf-16le')).slice(5)).toEqual([
    ...['3d', '3d>d800', '3dd800>de41', '41>00'],
  ]);
  session.close(now());
});

test('cut anywhere and mixed with others, rows show the text that was sent', async () => {
  const session = startSession(folder.path('any.pcapng'));
  const encodings = ['utf-8', 'gbk', 'gb18030', 'shift_jis', 'euc-jp', 'big5', 'utf-16be'] as const;
  const charsets = await Promise.all(encodings.map(loadCharset));
  const character = fc.constantFrom('中', '文', '字', '一', '二', 'A', '7', '\n', ' ');
  const texts = fc.tuple(
    fc.array(character, { minLength: 1, maxLength: 30 }),
    fc.array(character, { minLength: 1, maxLength: 30 }),
  );
  let socket = 10;
  fc.assert(
    fc.property(
      texts,
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 60, maxLength: 60 }),
      fc.constantFrom(...charsets),
      (pair, sizes, charset) => {
        const streams = pair.map((characters) => {
          const flow = session.tcp(++socket, US, { ...PEER, port: 1000 + socket });
          flow.opened('peer', now());
          return { flow, socket, text: characters.join(''), at: 0 };
        });
        for (const [turn, size] of sizes.entries()) {
          const stream = streams[turn % 2];
          if (!stream) continue;
          const all = encodeText(charset, stream.text).bytes;
          const rest = turn >= 58 ? all.length : size;
          const part = all.subarray(stream.at, stream.at + rest);
          if (part.length > 0) stream.flow.data('in', part, now());
          stream.at += part.length;
        }
        for (const { socket: of, text } of streams) {
          const options = { shape: { encoding: charset.name }, charset };
          const view = session.view(of, { ...options, onChange: () => undefined });
          const shown = (row: Row) => {
            const whole = row.lead ? joined(row.lead, row.preview) : row.preview;
            return decodeText(charset, whole.subarray(0, cutAt(charset, whole)));
          };
          const rows = view.rows(0, view.length).filter(({ lengthBytes }) => lengthBytes > 0);
          expect(rows.map(shown).join('')).toBe(text);
        }
      },
    ),
    { numRuns: 60 },
  );
  session.close(now());
});
