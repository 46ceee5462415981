import type { Command } from 'commander';
import { Option } from 'commander';
import type { Address } from '../../src-shared/address/address';
import { BEHAVIOURS, isSmallService } from '../../src-shared/contract/behaviour';
import type { BehaviourName } from '../../src-shared/contract/behaviour';
import type { Charset } from '../../src-shared/encoding/charset';
import { UTF8 } from '../../src-shared/encoding/unicode';
import { formatText, parseText } from '../../src-shared/payload/text';
import { CliError, EXIT } from './exit';

/** Those with an option of their own; `relay` needs a second address, and is a verb. */
type Flag = Exclude<BehaviourName, 'relay'>;
const FLAGS = BEHAVIOURS.filter((name): name is Flag => name !== 'relay');

/** One of them at most, as commander parsed them. */
export type BehaviourOptions = { [Name in Exclude<Flag, 'reply'>]?: true } & {
  reply?: string;
};

const WORDS: Record<Flag, string> = {
  echo: 'send back what comes (RFC 862)',
  discard: 'answer nothing (RFC 863)',
  chargen: 'send lines without end, or one datagram of them for each (RFC 864)',
  daytime: 'say the time as text (RFC 867)',
  time: 'say the time as 32 bits (RFC 868)',
  reply: 'answer all that comes with this text; escapes: \\r \\n \\t \\xHH',
  hub: 'send what one says to all others',
  http: 'be a small HTTP server with files in memory',
  smtp: 'be a small SMTP server; mails go to a mailbox in memory',
  pop3: 'be a small POP3 server with a sample mailbox',
  imap4: 'be a small IMAP4 server with a sample mailbox',
  nntp: 'be a small NNTP server with sample groups',
  ftp: 'be a small FTP server with files in memory',
  telnet: 'be a small telnet server that negotiates and answers lines',
  gopher: 'be a small Gopher server',
};

/** Adds the options of `BehaviourOptions`. */
export function addBehaviourOptions(command: Command): Command {
  for (const name of FLAGS) {
    const others = FLAGS.filter((other) => other !== name);
    const flag = name === 'reply' ? '--reply <text>' : `--${name}`;
    command.addOption(new Option(flag, WORDS[name]).conflicts(others));
  }
  return command;
}

/** The address with the behaviour that the options ask for. */
export function withBehaviour(
  address: Address,
  options: BehaviourOptions,
  charset: Charset,
): Address {
  const name = FLAGS.find((one) => options[one] !== undefined);
  if (name === undefined) return address;
  const { behave } = address.options;
  if (behave !== undefined && behave !== name)
    throw new CliError(
      EXIT.usage,
      `--${name} and behave=${behave} in the address exclude each other.`,
    );
  if (address.kind.startsWith('udp') && !isSmallService(name))
    throw new CliError(EXIT.usage, `--${name} needs connections, and ${address.kind} has none.`, [
      `Use tcp-listen:${address.port} instead.`,
    ]);
  const { reply } = options;
  if (reply === undefined) return { ...address, options: { ...address.options, behave: name } };
  const parsed = parseText(reply, { escapes: true, lineEnding: 'none', charset });
  if (!parsed.ok) throw new CliError(EXIT.usage, `The reply is wrong: ${parsed.error.message}.`);
  // An address has no encoding: there the bytes are spelled as UTF-8 or in hex.
  const spelled = charset === UTF8 ? reply : formatText(parsed.bytes);
  return { ...address, options: { ...address.options, behave: name, reply: spelled } };
}
