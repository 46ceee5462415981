import type { Command } from 'commander';
import { Option } from 'commander';
import { parseAddress } from '../../src-shared/address/address';
import { generateCode } from '../../src-shared/code/generate';
import { codeLanguages, type CodeLanguage, type CodeRefusal } from '../../src-shared/code/plan';
import { addEncodingOption, charsetOf } from './encoding';
import type { EncodingOptions } from './encoding';
import type { ExitCode } from './exit';
import { CliError, EXIT } from './exit';
import type { VariableOptions } from './payloads';
import { addVariableOption, Payloads } from './payloads';
import { terminal } from './process';

interface CodeOptions extends VariableOptions, EncodingOptions {
  send?: string[];
  hex?: true;
  text?: true;
  language: CodeLanguage;
}

const EXAMPLES = `Examples:
  wirebench code tcp:192.168.1.50:502,nodelay --hex --send '00 01 00 00 00 06 01 03 00 00 00 02' > client.py
  wirebench code udp-listen:5000 --language c > listener.c && gcc -Wall -o listener listener.c
  wirebench code tls:device.local:8883,verify=off --send 'hello' --language socat | sh
`;

/** `wirebench code ADDR`: opens nothing. */
export function addCode(program: Command, finish: (code: ExitCode) => void): void {
  const command = program
    .command('code')
    .description('write a program or command that does what an address says, and sends payloads')
    .argument('<address>', 'any address; see docs/addresses.md')
    .addHelpText('before', EXAMPLES)
    .option(
      '--send <payload>',
      'what it sends; may be given several times',
      (one, all: string[] = []) => [...all, one],
    )
    .addOption(new Option('--hex', 'payloads of --send are hex').conflicts('text'))
    .option('--text', 'payloads of --send are text with escapes (the default)')
    .addOption(
      new Option('--language <name>', 'of the code').choices(codeLanguages).default('python'),
    );
  addEncodingOption(addVariableOption(command)).action(
    async (text: string, options: CodeOptions) => {
      terminal.output.lines(await code(text, options));
      finish(EXIT.done);
    },
  );
}

async function code(text: string, options: CodeOptions): Promise<string> {
  const { send = [], hex, language, var: variables = new Map<string, string>() } = options;
  const parsed = parseAddress(text);
  if (!parsed.ok) throw new CliError(EXIT.usage, parsed.error.message);
  const { address } = parsed;
  const payloads = await Payloads.read({
    ...{
      texts: send,
      as: hex ? 'hex' : 'text',
      charset: await charsetOf(options),
      variables,
      address,
    },
  });
  const steps = Array.from(payloads.bytes(), (bytes) => ({ kind: 'send' as const, bytes }));
  const made = generateCode({ address, steps, language });
  if (made.ok) return made.text;
  throw new CliError(EXIT.usage, REFUSALS[made.why], ['Try another --language.']);
}

const REFUSALS: Record<CodeRefusal, string> = {
  'no-tls': 'C has no TLS of its own; a program for it would need a library.',
  'no-pipe': 'Only Node, wirebench and (to dial) Python reach a named pipe of Windows.',
  'too-much': 'That is more payload than a program can sensibly hold (256 KiB).',
  'datagram-size': 'A shell command sends datagrams of 1 to 4096 bytes only.',
  'argument-size': 'A payload of more than 40,000 bytes does not fit into one argument.',
};
