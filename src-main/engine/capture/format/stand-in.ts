import { formatAddress, parseAddress } from '../../../../src-shared/address/address';
import type { Note } from '../../../../src-shared/contract/row';
import type { Endpoint } from '../../../../src-shared/contract/socket';
import type { LocalPlace, Side } from '../../types';

/*
 * Local sockets have no addresses and no ports, and a packet needs both: they stand as loopback
 * addresses, us as 127.0.0.1 and the n-th connection of a root as 127.1.0.0 + n, so that Wireshark
 * tells them apart. Where they really were says the comment of the SYN:
 *
 *   connected -- unix:/run/device.sock
 *   accepted -- #3 of unix-listen:/run/device.sock
 */

/** A port that no dissector of Wireshark takes for its own; in the range that is for nobody. */
const PORT = 49_152;
const HIGHEST = 254 * 2 ** 16;

const WORDS = /^(?:#(?<peer>[1-9]\d{0,9}) of )?(?<address>(?:unix|pipe)(?:-listen)?:.+)$/su;

/** Of the n-th connection, from 1; they come again after 16 million. */
export function standIns(connection: number): { local: Endpoint; remote: Endpoint } {
  const n = connection % HIGHEST;
  const host = `127.${1 + (n >>> 16)}.${(n >>> 8) & 255}.${n & 255}`;
  return { local: { host: '127.0.0.1', port: PORT }, remote: { host, port: PORT } };
}

/** What a SYN tells. */
export function openedBy(by: Side): 'connected' | 'accepted' {
  return by === 'us' ? 'connected' : 'accepted';
}

/** What goes with the SYN. */
export function placeNote({ address, peer }: LocalPlace, by: Side): Note {
  return { event: openedBy(by), text: peer === null ? address : `#${peer} of ${address}` };
}

/** Reads it back; null when it says nothing of the kind. */
export function readPlace(note: Note): LocalPlace | null {
  const groups = WORDS.exec(note.text ?? '')?.groups;
  const parsed = parseAddress(groups?.['address'] ?? '');
  if (!parsed.ok || parsed.address.path === null) return null;
  const peer = groups?.['peer'];
  const address = formatAddress({ ...parsed.address, options: {} });
  return { address, peer: peer === undefined ? null : Number(peer) };
}

/** What the other side is called: the number of a client, else where it listens. */
export function placeName({ address, peer }: LocalPlace): string {
  return peer === null ? address : `#${peer}`;
}
