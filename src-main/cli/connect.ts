import { counted } from '../../src-shared/counted';
import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { Option } from 'commander';
import type { SharedOptions } from './shared-options';
import { REACHES, addressArgument } from './arguments';
import { addSharedOptions, sessionOptions } from './shared-options';
import { charsetOf } from './encoding';
import type { ExitCode } from './exit';
import { CliError, EXIT, fileError } from './exit';
import type { VariableOptions } from './payloads';
import { Payloads } from './payloads';
import { rateArgument, sizeArgument } from './quantities';
import { terminal, withSession } from './process';
import type { Session } from './session';
import type { RulesOptions } from './rules-option';
import { addRulesOption, rulesFor } from './rules-option';
import { startTlsArgument } from './start-tls';
import type { StartTls } from './start-tls';

/** What one datagram of standard input carries at most; what ncat takes. */
const DATAGRAM_BYTES = 8192;
const MAX_DATAGRAM_BYTES = 65_507;

type Bytes = Uint8Array<ArrayBuffer>;

interface ConnectOptions extends SharedOptions, RulesOptions, VariableOptions {
  send?: string[];
  file?: string;
  rate?: number;
  datagram?: number;
  starttls?: StartTls;
  hex?: true;
  text?: true;
}

const EXAMPLES = `Examples:
  wirebench connect tcp:192.168.1.50:502 --hex --send '00 01 00 00 00 06 01 03 00 00 00 02' --expect 'hex:00 01 * 01 03 04'
  wirebench connect tcp:device.local:23 --send 'AT\\r\\n' --expect 'text:OK' --timeout 2s
  wirebench connect udp:192.168.1.50:5000 --send 'status' --count 1 --print json
  wirebench connect tcp:192.168.1.50:502 --hex --send '{{u16be counter}} 00 00 {{len u16be}} 01 03 00 00 00 02' --idle 1s
  wirebench connect tcp:mail.test:25 --starttls smtp,ca=ca.pem --send 'EHLO {{hostname}}\\r\\n' --idle 1s
  wirebench connect tcp:192.168.1.50:9100 --encoding gbk --send '打印\\r\\n' --expect 'text:完成'
  wirebench connect unix:/run/device.sock --send 'status\\n' --idle 500ms
  wirebench connect tcp:192.168.1.50:9000 --file firmware.bin --record update.pcapng
  generate | wirebench connect tcp:192.168.1.50:9000
`;

const AFTER = `
Payloads may hold placeholders: {{counter}} {{random 4}} {{uuid}} {{now}} {{u16be 1}} {{len u16be}}
{{crc CRC-16/MODBUS le}} {{file PATH}} {{var NAME}} {{hostname}} {{host}}; a plain {{ is {{{{. See docs/payloads.md.
Without --send and --file, standard input is sent: a stream as it comes, UDP one datagram a read.
When all is sent a TCP connection is half-closed and lives until the peer ends it; with --expect,
--count, --idle, --duration or --rules it is left open for them. UDP has no end: use one of these.
When the peer ends first, what is to be sent still goes out; typing at a terminal ends with it.`;

/** `wirebench connect ADDR`. */
export function addConnect(program: Command, finish: (code: ExitCode) => void): void {
  const command = program
    .command('connect')
    .description('connect or send; record and print what passes')
    .argument('<address>', 'tcp:HOST:PORT, tls:HOST:PORT, udp:HOST:PORT or unix:PATH')
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', AFTER)
    .option(
      '--send <payload>',
      'send this; may be given several times',
      (one, all: string[] = []) => [...all, one],
    )
    .option('--file <path>', 'send a file, after --send; - for standard input')
    .option('--rate <rate>', 'bytes per second of --file: 10k, 64KiB, 1MB', rateArgument)
    .option('--datagram <size>', 'UDP: cut --file into datagrams of this size', sizeArgument)
    .option(
      '--starttls <protocol>',
      'upgrade to TLS first, as smtp, pop3, imap4, nntp or ftp do it; options after commas: smtp,ca=ca.pem',
      startTlsArgument,
    )
    .addOption(new Option('--hex', 'payloads of --send are hex').conflicts('text'))
    .option('--text', 'payloads of --send are text with escapes (the default)');
  addRulesOption(command, []);
  addSharedOptions(command).action(async (text: string, options: ConnectOptions) => {
    const address = addressArgument(text, REACHES, 'connect', 'listen');
    if (options.starttls && address.kind !== 'tcp')
      throw new CliError(EXIT.usage, `--starttls begins on tcp:, not on ${address.kind}:.`);
    const as = options.hex ? 'hex' : 'text';
    const charset = await charsetOf(options);
    const variables = options.var ?? new Map<string, string>();
    const payloads = await Payloads.read({
      ...{ texts: options.send ?? [], as, charset, variables, address },
    });
    const datagrams = address.kind === 'udp';
    if (options.file !== undefined && options.file !== '-')
      await checkFile(options.file, datagrams && options.datagram === undefined);
    checkFileOptions(options, datagrams);
    const pieces = source(payloads, options.file, datagrams);
    const { expect, count, idle, duration, file, quiet } = options;
    const endless = [expect, count, idle, duration].every((one) => one === undefined);
    const reads = file === '-' || (file === undefined && payloads.count === 0);
    const session = {
      ...(await sessionOptions(options, address)),
      ...(await rulesFor(address, options)),
      endWithPeer: reads && process.stdin.isTTY,
    };
    const tellWaiting = datagrams && endless && options.timeout === undefined && !quiet;
    finish(
      await withSession(session, async (running) => {
        if (options.starttls) await running.startTls(options.starttls);
        await feed(running, pieces, fileOf(options, datagrams), tellWaiting);
      }),
    );
  });
}

/** Before anything is opened: a device should not see a connection that cannot do its work. */
async function checkFile(path: string, datagrams: boolean): Promise<void> {
  const found = await stat(path).catch((thrown: unknown) => {
    throw fileError(thrown, path);
  });
  if (found.isDirectory())
    throw new CliError(EXIT.file, `${path} is a folder.`, ['Name a file in it.']);
  if (datagrams && found.size > MAX_DATAGRAM_BYTES)
    throw new CliError(
      EXIT.usage,
      `${path} has ${counted(found.size, 'byte')}; one datagram carries at most ${MAX_DATAGRAM_BYTES}.`,
      ['Pipe it in to send it as several: wirebench connect … < file'],
    );
}

async function* source(
  payloads: Payloads,
  file: string | undefined,
  datagrams: boolean,
): AsyncGenerator<Bytes> {
  yield* payloads.bytes();
  if (file === undefined ? payloads.count === 0 : file === '-') yield* standardInput(datagrams);
}

async function* standardInput(datagrams: boolean): AsyncGenerator<Bytes> {
  for await (const chunk of chunksOf(process.stdin)) {
    if (!datagrams) yield chunk;
    else
      for (let at = 0; at < chunk.byteLength; at += DATAGRAM_BYTES)
        yield chunk.slice(at, at + DATAGRAM_BYTES);
  }
}

interface FileToSend {
  path: string;
  how: { rateBytes?: number; datagramBytes?: number };
}

/** Null: none but standard input. Without `--datagram` a file is one datagram. */
function fileOf({ file, rate, datagram }: ConnectOptions, datagrams: boolean): FileToSend | null {
  if (file === undefined || file === '-') return null;
  const datagramBytes = datagram ?? MAX_DATAGRAM_BYTES;
  const how = {
    ...(rate === undefined ? {} : { rateBytes: rate }),
    ...(datagrams ? { datagramBytes } : {}),
  };
  return { path: file, how };
}

/** What says how a file is sent needs one, and datagrams need UDP. */
function checkFileOptions({ file, rate, datagram }: ConnectOptions, datagrams: boolean): void {
  const noFile = file === undefined || file === '-';
  if (noFile && (rate !== undefined || datagram !== undefined))
    throw new CliError(EXIT.usage, '--rate and --datagram are for --file.', [
      'Name a file: --file firmware.bin --rate 10k',
    ]);
  if (datagram === undefined) return;
  if (!datagrams) throw new CliError(EXIT.usage, '--datagram is for udp: addresses.');
  if (datagram > MAX_DATAGRAM_BYTES)
    throw new CliError(EXIT.usage, `A datagram carries at most ${MAX_DATAGRAM_BYTES} bytes.`);
}

/** Of a stream without encoding, which gives bytes. */
async function* chunksOf(stream: AsyncIterable<unknown>): AsyncGenerator<Bytes> {
  for await (const chunk of stream) if (chunk instanceof Uint8Array) yield new Uint8Array(chunk);
}

async function feed(
  session: Session,
  pieces: AsyncIterable<Bytes>,
  file: FileToSend | null,
  tellWaiting: boolean,
): Promise<void> {
  for await (const piece of pieces) {
    if (session.isOver) return;
    await session.send(piece);
  }
  if (file && !session.isOver) await session.sendFile(file.path, file.how);
  await session.allSent();
  if (tellWaiting && !session.isOver)
    terminal.tell('all is sent; answers are shown until Ctrl+C (UDP has no end: see --idle)');
}
