import { hex, line } from './example';
import type { Preset } from './preset';

const telnet: Preset = {
  id: 'telnet',
  name: 'Telnet',
  standard: 'RFC 854',
  transports: ['tcp'],
  port: 23,
  tlsPort: 992,
  upgrade: null,
  serverFirst: true,
  lineEnding: 'crlf',
  framing: 'proto:telnet',
  decoder: 'telnet',
  payloads: [
    line('help', 'telnet_line'),
    hex('IAC DO ECHO', 'telnet_do_echo', 'FF FD 01'),
    hex('IAC DONT ECHO', 'telnet_dont_echo', 'FF FE 01'),
    hex('IAC WONT TERMINAL-TYPE', 'telnet_refuse', 'FF FC 18'),
    hex('IAC SB NAWS 80×24', 'telnet_size', 'FF FA 1F 00 50 00 18 FF F0'),
    hex('IAC AYT', 'telnet_ayt', 'FF F6'),
    hex('IAC IP', 'telnet_interrupt', 'FF F4'),
    hex('byte 255', 'telnet_byte_255', 'FF FF'),
  ],
};

/** Terminals over the network. */
export const terminalPresets: readonly Preset[] = [telnet];
