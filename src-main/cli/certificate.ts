import { resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { CERTIFICATE_KINDS, MAX_CERTIFICATE_DAYS } from '../../src-shared/contract/certificate';
import type { CertificateFiles, CertificateKind } from '../../src-shared/contract/certificate';
import { toCommandError } from '../engine/command-error';
import { jsonLine } from '../engine/export/json-line';
import { printOption } from './arguments';
import type { ExitCode } from './exit';
import { CliError, EXIT, fileError } from './exit';
import type { PrintMode } from './lines';
import { terminal } from './process';

interface CertificateOptions {
  out: string;
  name?: string[];
  ip?: string[];
  days: number;
  kind: CertificateKind | 'all';
  key: 'ec' | 'rsa';
  force?: true;
  print: PrintMode;
  quiet?: true;
}

const EXAMPLES = `Examples:
  wirebench certificate --out certs
  wirebench certificate --out device-certs --name device.local --ip 192.168.1.50 --days 30
  wirebench certificate --out old-certs --kind expired
  wirebench listen tls-listen:8443,cert=certs/server.pem,key=certs/server-key.pem
  wirebench connect tls:localhost:8443,ca=certs/ca.pem
`;

const AFTER = `
Each kind is a pair of PEM files: KIND.pem and KIND-key.pem (readable by you only). An authority
(ca.pem) that is in the folder signs the others. expired and wrong-name are servers that a client
must refuse. For tests only: do not trust the authority on other computers than your own.`;

/** `wirebench certificate --out DIR`. */
export function addCertificate(program: Command, finish: (code: ExitCode) => void): void {
  program
    .command('certificate')
    .description('make certificates for tests: an authority, and what it has signed')
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', AFTER)
    .requiredOption('--out <folder>', 'where the files go; made if need be')
    .option('--name <dns>', 'a name of the server; may be given several times', several)
    .option('--ip <address>', 'an address of the server; may be given several times', several)
    .option('--days <n>', 'how long they are valid', daysArgument, 365)
    .addOption(
      new Option('--kind <kind>', 'what to make')
        .choices(['all', ...CERTIFICATE_KINDS])
        .default('all'),
    )
    .addOption(
      new Option('--key <kind>', 'P-256 or RSA with 2048 bits')
        .choices(['ec', 'rsa'])
        .default('ec'),
    )
    .option('--force', 'replace files that are there')
    .addOption(printOption(['json', 'text', 'none']))
    .option('--quiet', 'no advice on standard error')
    .action(async (options: CertificateOptions) => {
      finish(await certificate(options));
    });
}

function several(one: string, all: string[] = []): string[] {
  return [...all, one];
}

function daysArgument(text: string): number {
  const days = Number(text);
  if (/^\d{1,4}$/.test(text) && days >= 1 && days <= MAX_CERTIFICATE_DAYS) return days;
  throw new InvalidArgumentError(`Days are a whole number from 1 to ${MAX_CERTIFICATE_DAYS}.`);
}

async function certificate(options: CertificateOptions): Promise<ExitCode> {
  const { out, name = [], ip = [], days, kind, key, force, print, quiet } = options;
  const own = name.length > 0 || ip.length > 0;
  const folder = resolve(out);
  // Its libraries take a while to load.
  const { makeCertificates } = await import('../engine/certificates/make-certificates');
  const files = await makeCertificates({
    folder,
    kinds: kind === 'all' ? [...CERTIFICATE_KINDS] : [kind],
    names: own ? name : ['localhost'],
    addresses: own ? ip : ['127.0.0.1', '::1'],
    days,
    key,
    overwrite: force ?? false,
  }).catch((thrown: unknown) => {
    throw failure(thrown, folder);
  });
  for (const file of files) tell(file, print);
  const reused = files.find((file) => file.reused);
  if (reused && !quiet)
    terminal.tell(`signed by the authority that was there: ${reused.certificate}`);
  return EXIT.done;
}

function tell(file: CertificateFiles, print: PrintMode): void {
  const validFrom = new Date(file.validFrom).toISOString();
  const validTo = new Date(file.validTo).toISOString();
  if (print === 'json')
    terminal.output.line(jsonLine({ event: 'certificate', ...file, validFrom, validTo }));
  else if (print === 'text' && !file.reused)
    terminal.output.line(
      `${file.kind}: ${file.certificate} ${file.key} until ${validTo.slice(0, 10)}`,
    );
}

function failure(thrown: unknown, folder: string): CliError {
  const { code, message } = toCommandError(thrown).toPlain();
  switch (code) {
    case 'ERR_BAD_CERTIFICATE':
      return new CliError(EXIT.usage, message);
    case 'ERR_BAD_AUTHORITY':
      return new CliError(EXIT.file, message, ['--kind all --force makes all of them anew.']);
    case 'EEXIST':
      return new CliError(EXIT.file, `${message}; nothing was written.`, [
        'Choose another folder, or replace the files with --force.',
      ]);
    default:
      return fileError(thrown, folder);
  }
}
