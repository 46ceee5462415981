/** RFC 854. */
export const IAC = 255;

/** The commands after IAC, by number. */
const COMMANDS = new Map([
  [236, 'EOF'],
  [237, 'SUSP'],
  [238, 'ABORT'],
  [239, 'EOR'],
  [240, 'SE'],
  [241, 'NOP'],
  [242, 'DM'],
  [243, 'BRK'],
  [244, 'IP'],
  [245, 'AO'],
  [246, 'AYT'],
  [247, 'EC'],
  [248, 'EL'],
  [249, 'GA'],
  [250, 'SB'],
  [251, 'WILL'],
  [252, 'WONT'],
  [253, 'DO'],
  [254, 'DONT'],
  [255, 'IAC'],
]);

/** Of IANA's list of Telnet options, those met in practice. */
const OPTIONS = new Map([
  [0, 'BINARY'],
  [1, 'ECHO'],
  [3, 'SUPPRESS-GO-AHEAD'],
  [5, 'STATUS'],
  [6, 'TIMING-MARK'],
  [18, 'LOGOUT'],
  [23, 'SEND-LOCATION'],
  [24, 'TERMINAL-TYPE'],
  [25, 'END-OF-RECORD'],
  [31, 'NAWS'],
  [32, 'TERMINAL-SPEED'],
  [33, 'TOGGLE-FLOW-CONTROL'],
  [34, 'LINEMODE'],
  [35, 'X-DISPLAY-LOCATION'],
  [36, 'ENVIRON'],
  [37, 'AUTHENTICATION'],
  [38, 'ENCRYPT'],
  [39, 'NEW-ENVIRON'],
  [42, 'CHARSET'],
  [44, 'COM-PORT-OPTION'],
  [86, 'COMPRESS2'],
  [255, 'EXTENDED-OPTIONS-LIST'],
]);

export function telnetCommandName(byte: number): string {
  return COMMANDS.get(byte) ?? String(byte);
}

export function telnetOptionName(byte: number): string {
  return OPTIONS.get(byte) ?? `option ${byte}`;
}

/** Data as Telnet sends it: each byte 255 twice. */
export function escapeIac(data: Uint8Array): Uint8Array<ArrayBuffer> {
  let count = 0;
  for (let at = data.indexOf(IAC); at !== -1; at = data.indexOf(IAC, at + 1)) count++;
  const result = new Uint8Array(data.length + count);
  let to = 0;
  for (const byte of data) {
    result[to++] = byte;
    if (byte === IAC) result[to++] = byte;
  }
  return result;
}

/** WILL, WONT, DO, DONT. */
const WILL = 251;
const WONT = 252;
const DO = 253;
const DONT = 254;

/**
 * The refusal that answers an offer or a request (RFC 854: to WILL say DONT, to DO say WONT); null
 * for WONT and DONT, which are never answered so that two sides cannot go round in circles.
 */
export function refusal(command: number, option: number): Uint8Array<ArrayBuffer> | null {
  if (command === WILL) return Uint8Array.of(IAC, DONT, option);
  if (command === DO) return Uint8Array.of(IAC, WONT, option);
  return null;
}
