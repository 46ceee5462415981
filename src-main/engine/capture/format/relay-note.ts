import type { Note } from '../../../../src-shared/contract/row';

/*
 * A relay's connection to its target says in its first packet for whom it is, so that both halves are
 * one log again when the capture is opened:
 *
 *   connected -- relay for 192.168.1.7:50198
 *   connected -- relay for 192.168.1.7:50198 to unix:/run/device.sock
 *   comment -- relay for 192.168.1.7:4000          (with the first datagram)
 */

const WORDS = /^relay for (?<client>\S+)(?: to (?<text>.+))?$/su;

/** `client`: its remote as the packets of the capture have it. */
export function relayNote(note: Note, client: string): Note {
  const text = `relay for ${client}`;
  return { ...note, text: note.text === undefined ? text : `${text} to ${note.text}` };
}

/** Reads it back, and what the note says besides; `client` null: it says nothing of the kind. */
export function readRelay(note: Note): { client: string | null; note: Note } {
  const groups = WORDS.exec(note.text ?? '')?.groups;
  if (!groups) return { client: null, note };
  const { event, error } = note;
  const text = groups['text'];
  return {
    client: groups['client'] ?? null,
    note: { event, ...(error ? { error } : {}), ...(text === undefined ? {} : { text }) },
  };
}
