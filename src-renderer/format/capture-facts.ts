import type { SocketInfo } from '../../src-shared/contract/socket';
import { m } from '../i18n/generated/messages';
import { formatCount } from './sizes';

interface Fact {
  name: string;
  value: string;
}

/** What the network did to a captured flow, and what of a recording is kept; what is not, is not told. */
export function captureFacts(info: SocketInfo, locale: string): Fact[] {
  const count = (value: number): string => formatCount(value, locale);
  return [...networkFacts(info, count), ...otherFacts(info, count), ...partFacts(info, count)];
}

type Count = (value: number) => string;

function networkFacts({ reassembly: of }: SocketInfo, count: Count): Fact[] {
  if (!of) return [];
  const missing = { bytes: count(of.missingBytes), gaps: count(of.gaps) };
  const repeated = {
    segments: count(of.retransmittedSegments),
    bytes: count(of.retransmittedBytes),
  };
  const lines: [number, Fact][] = [
    [of.gaps, { name: m.sd_re_missing(), value: m.sd_re_missing_value(missing) }],
    [of.cutBytes, { name: m.sd_re_cut(), value: m.sd_re_bytes({ bytes: count(of.cutBytes) }) }],
    [
      of.retransmittedSegments,
      { name: m.sd_re_retransmitted(), value: m.sd_re_retransmitted_value(repeated) },
    ],
    [
      of.outOfOrderSegments,
      {
        name: m.sd_re_out_of_order(),
        value: m.sd_re_out_of_order_value({ segments: count(of.outOfOrderSegments) }),
      },
    ],
    [of.lateBytes, { name: m.sd_re_late(), value: m.sd_re_bytes({ bytes: count(of.lateBytes) }) }],
    [of.keepAlives, { name: m.sd_re_keep_alives(), value: count(of.keepAlives) }],
  ];
  return lines.flatMap(([figure, fact]) => (figure > 0 ? [fact] : []));
}

function otherFacts({ otherPackets = [] }: SocketInfo, count: Count): Fact[] {
  if (otherPackets.length === 0) return [];
  const kinds = otherPackets.map(({ what, packets }) => `${count(packets)} ${what}`);
  return [{ name: m.sd_re_others(), value: kinds.join(', ') }];
}

function partFacts({ capture }: SocketInfo, count: Count): Fact[] {
  const parts = capture?.parts;
  if (!parts) return [];
  const { number, kept, letGoParts, letGoRows, letGoBytes, missingParts } = parts;
  const value =
    missingParts === undefined
      ? m.sd_parts_value({ number: count(number), kept: count(kept) })
      : m.sd_parts_opened({ kept: count(kept) });
  const told: Fact[] = [{ name: m.sd_parts(), value }];
  if (missingParts !== undefined && missingParts > 0)
    told.push({ name: m.sd_parts_missing(), value: count(missingParts) });
  if (letGoParts === 0) return told;
  const gone = { parts: count(letGoParts), rows: count(letGoRows), bytes: count(letGoBytes) };
  return [...told, { name: m.sd_parts_let_go(), value: m.sd_parts_let_go_value(gone) }];
}
