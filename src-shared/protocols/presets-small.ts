import { block, line } from './example';
import type { ExamplePayload, Preset, PresetId } from './preset';

/** RFC 862 to 868 are all the same shape: no lines, no framing, over TCP and UDP. */
function small(
  id: PresetId,
  standard: string,
  port: number,
  serverFirst: boolean,
  payload: ExamplePayload,
): Preset {
  return {
    id,
    name: `${id.charAt(0).toUpperCase()}${id.slice(1)}`,
    standard,
    transports: ['tcp', 'udp'],
    port,
    tlsPort: null,
    upgrade: null,
    serverFirst,
    lineEnding: 'none',
    framing: 'none',
    decoder: null,
    payloads: [payload],
  };
}

/** Over UDP one datagram of any content, an empty one too, is the question. */
const ask = block('empty datagram', 'small_ask', '');

/** The small services of old. */
export const smallPresets: readonly Preset[] = [
  small('echo', 'RFC 862', 7, false, line('hello', 'small_echo')),
  small('discard', 'RFC 863', 9, false, line('hello', 'small_discard')),
  small('daytime', 'RFC 867', 13, true, ask),
  small('chargen', 'RFC 864', 19, true, ask),
  small('time', 'RFC 868', 37, true, ask),
];
