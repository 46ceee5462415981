/** At most so much of a name's end stays in sight. */
const TAIL_CHARACTERS = 10;

/**
 * A name of a socket in two, of which the first may be cut where there is little room: what tells one
 * socket from the next stands at its end, the port or the last of a path.
 */
export function cutName(name: string): { head: string; tail: string } {
  const port = /:\d{1,5}$/.exec(name)?.[0] ?? '';
  if (port !== '') return { head: name.slice(0, -port.length), tail: port };
  const characters = [...name];
  if (characters.length <= 2 * TAIL_CHARACTERS) return { head: name, tail: '' };
  const tail = characters.slice(-TAIL_CHARACTERS).join('');
  return { head: name.slice(0, -tail.length), tail };
}
