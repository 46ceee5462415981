import { GIVEN_UP } from '../rows/fragment-list';
import type { FragmentList } from '../rows/fragment-list';
import { joinFragments } from '../rows/fragment-order';
import { alike, fragmentOf, HEAD_BYTES, keyOf, missingOf, placeOf } from './fragment';
import type { Arrived, Fragment } from './fragment';
import type { Packet } from '../format/packet-parser';

/*
 * Packets that IP has cut (RFC 791, RFC 8200 4.5): their fragments come late, in any order, twice, or
 * not at all, mixed with those of others. What is kept of each is where it stands in the file.
 */

/** How long a receiver waits for the rest: RFC 8200 says 60 s, RFC 1122 60 s to 120 s. */
const REST_MS = 60_000;
/** A fragment that comes again within so long, with the same bytes, was captured twice or repeated. */
const REPEAT_MS = 1000;
const MAX_BEGUN = 4096;
/** Of all packets that are begun. */
const MAX_FRAGMENTS = 65_536;
/** Packets put together last, to know what is only repeated. */
const MAX_KNOWN = 1024;
/** Of one packet: more cannot carry 8 bytes each. */
const MAX_OF_ONE = 8192;
/** Fragments of a packet that carry what others carry too; more make no sense. */
const MAX_OVERLAPS = 16;
const MAX_PACKET_BYTES = 65_535;

/** A packet of which some fragments came. */
interface Begun {
  key: string;
  sinceMs: number;
  /** Ascending by where they begin. */
  fragments: Fragment[];
  /** The one that came last: its place in the list, and in the file. */
  place: number;
  offset: number;
  /** Bytes of all fragments, and where the one that reaches furthest ends. */
  bytes: number;
  reach: number;
  overlaps: number;
  /** How long the packet is, once its last fragment came. */
  trueBytes: number | null;
  protocol: number;
  /** Of its first fragment, as whoever asks has named it. */
  flow: number;
  /** All that came was there before, in a packet that is whole. */
  onlyRepeats: boolean;
  refused: boolean;
}

/** What is whole. */
export interface WholePacket {
  protocol: number;
  /** Its first bytes, as far as captured: enough for the headers. */
  head: Uint8Array;
  trueBytes: number;
  /** From its beginning on without a hole. */
  capturedBytes: number;
  fragments: number;
}

/** A packet that was given up. */
export interface BrokenPacket {
  /** Of the fragment that came last. */
  offset: number;
  flow: number;
  protocol: number;
  fragments: number;
  missingBytes: number;
}

/** Told of what is not put together. */
export interface FragmentEvents {
  broken(packet: BrokenPacket): void;
  /** Fragments that were there before. */
  repeated(fragments: number): void;
}

/** Finds the fragments of IP that belong together, while a capture is read from first to last. */
export class IpFragments {
  readonly #list: FragmentList;
  readonly #events: FragmentEvents;
  /** Oldest first. */
  readonly #begun = new Map<string, Begun>();
  #waiting = 0;
  /** Oldest first. */
  readonly #known = new Map<string, { atMs: number; fragments: readonly Fragment[] }>();
  #knownFragments = 0;

  constructor(list: FragmentList, events: FragmentEvents) {
    this.#list = list;
    this.#events = events;
  }

  /** The packet that is whole with this fragment. */
  add(arrived: Arrived): WholePacket | null {
    const { packet, atMs } = arrived;
    this.#giveUpOld(atMs);
    const key = keyOf(arrived);
    const fragment = fragmentOf(arrived);
    let begun = this.#begun.get(key) ?? null;
    const repeats = this.#isRepeated(key, fragment, atMs, begun?.onlyRepeats ? REST_MS : REPEAT_MS);
    if (begun?.onlyRepeats && !repeats) begun = this.#giveUp(begun, GIVEN_UP.missing);
    const same = begun && alike(begun.fragments, fragment);
    if (begun && same) {
      if (same.checksum === fragment.checksum || same.captured !== fragment.captured) {
        this.#events.repeated(1);
        return null;
      }
      // Other bytes in the same place: the number is used again (RFC 4963).
      begun = this.#giveUp(begun, GIVEN_UP.missing);
    }
    begun ??= this.#begin(key, packet, atMs);
    begun.onlyRepeats &&= repeats;
    this.#put(begun, fragment, arrived);
    const whole = this.#whole(begun, atMs);
    if (!whole && begun.fragments.length >= MAX_OF_ONE) this.#giveUp(begun, GIVEN_UP.refused);
    if (this.#waiting > MAX_FRAGMENTS || this.#begun.size > MAX_BEGUN) this.#giveUpOldest();
    return whole;
  }

  /** No more will come. */
  end(): void {
    for (const begun of [...this.#begun.values()]) this.#giveUp(begun, GIVEN_UP.missing);
    this.#known.clear();
  }

  #begin(key: string, { protocol }: Packet, sinceMs: number): Begun {
    const begun: Begun = {
      ...{ key, sinceMs, protocol, fragments: [], place: -1, offset: 0, bytes: 0 },
      ...{ reach: 0, overlaps: 0 },
      ...{ trueBytes: null, flow: 0, onlyRepeats: true, refused: false },
    };
    this.#begun.set(key, begun);
    return begun;
  }

  #put(begun: Begun, fragment: Fragment, { packet, offset, flowOf }: Arrived): void {
    const { start, bytes, last, head } = fragment;
    const end = start + bytes;
    if (start === 0 && head && begun.fragments[0]?.start !== 0) {
      begun.protocol = packet.protocol;
      begun.flow = flowOf(head);
    }
    const at = placeOf(begun.fragments, start);
    const before = begun.fragments[at - 1];
    const after = begun.fragments[at];
    if ((before && before.start + before.bytes > start) || (after && end > after.start))
      begun.overlaps++;
    begun.fragments.splice(at, 0, fragment);
    begun.bytes += bytes;
    begun.reach = Math.max(begun.reach, end);
    if (last) begun.trueBytes ??= end;
    // RFC 5722: overlapping fragments of IPv6 are thrown away, and those of their packet that follow.
    if (begun.overlaps > (packet.v6 ? 0 : MAX_OVERLAPS)) begun.refused = true;
    // It ends where another of its fragments goes on, or is longer than a packet can be.
    if (begun.reach > Math.min(MAX_PACKET_BYTES, begun.trueBytes ?? Infinity)) begun.refused = true;
    begun.place = this.#list.append({ offset, start, bytes }, begun.place, last);
    begun.offset = offset;
    this.#waiting++;
  }

  #whole(begun: Begun, atMs: number): WholePacket | null {
    const { fragments, trueBytes, protocol } = begun;
    if (trueBytes === null || begun.bytes < trueBytes || begun.refused) return null;
    const head = new Uint8Array(HEAD_BYTES);
    const joined = joinFragments(fragments, (one, from, end) => {
      if (one.head && from < HEAD_BYTES) head.set(one.head.subarray(from - one.start), from);
      return end;
    });
    if (joined.bytes < trueBytes) return null;
    this.#forget(begun);
    this.#remember(begun, atMs);
    return {
      ...{ protocol, trueBytes, capturedBytes: joined.captured, fragments: fragments.length },
      head: head.subarray(0, Math.min(HEAD_BYTES, joined.captured)),
    };
  }

  #forget({ key, fragments }: Begun): void {
    this.#begun.delete(key);
    this.#waiting -= fragments.length;
  }

  #remember({ key, fragments }: Begun, atMs: number): void {
    for (const fragment of fragments) fragment.head = null;
    this.#unlearn(key);
    this.#known.set(key, { atMs, fragments });
    this.#knownFragments += fragments.length;
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MAX_KNOWN && this.#knownFragments <= MAX_FRAGMENTS) return;
      this.#unlearn(oldest);
    }
  }

  #unlearn(key: string): void {
    this.#knownFragments -= this.#known.get(key)?.fragments.length ?? 0;
    this.#known.delete(key);
  }

  /** `withinMs`: of what came last of it. */
  #isRepeated(
    key: string,
    { start, bytes, checksum }: Fragment,
    atMs: number,
    withinMs: number,
  ): boolean {
    const known = this.#known.get(key);
    if (known === undefined || Math.abs(atMs - known.atMs) > withinMs) return false;
    return known.fragments.some(
      (one) => one.start === start && one.bytes === bytes && one.checksum === checksum,
    );
  }

  #giveUpOld(atMs: number): void {
    for (const begun of this.#begun.values()) {
      if (atMs - begun.sinceMs <= REST_MS) return;
      this.#giveUp(begun, GIVEN_UP.missing);
    }
  }

  #giveUpOldest(): void {
    for (const begun of this.#begun.values()) {
      this.#giveUp(begun, GIVEN_UP.crowded);
      return;
    }
  }

  #giveUp(begun: Begun, reason: number): null {
    const { place, offset, flow, protocol, fragments, onlyRepeats, refused } = begun;
    this.#forget(begun);
    if (onlyRepeats) {
      this.#events.repeated(fragments.length);
      return null;
    }
    this.#list.giveUp(place, refused ? GIVEN_UP.refused : reason);
    const missingBytes = refused ? 0 : missingOf(fragments);
    this.#events.broken({ offset, flow, protocol, fragments: fragments.length, missingBytes });
    return null;
  }
}
