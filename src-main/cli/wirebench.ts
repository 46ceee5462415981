import { Command, CommanderError } from 'commander';
import { addCapture } from './capture';
import { addCertificate } from './certificate';
import { addCode } from './code';
import { addConnect } from './connect';
import type { ExitCode } from './exit';
import { CliError, EXIT } from './exit';
import { lookUpWith } from '../engine/sockets/look-ups';
import { addListen } from './listen';
import { askInChild } from './look-up-child';
import { addNetwork } from './network';
import { addProbe } from './probe';
import { addRelay } from './relay';
import { leave, tellLines, terminal } from './process';
import { suggestWhatIsMeant } from './suggestions';

const EXAMPLES = `Examples:
  wirebench listen tcp-listen:9000 --record session.pcapng
  wirebench connect tcp:192.168.1.50:23 --send 'AT\\r\\n' --expect 'text:OK' --timeout 2s
  wirebench probe tcp:192.168.1.50:502
  wirebench capture rows session.pcapng --print json
`;

const AFTER = `
Exit codes: 0 done, 1 expectation failed, 2 usage, 3 network error, 4 timeout,
5 file, 70 a bug of ours, 130 interrupted.`;

async function main(): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  const finish = (with_: ExitCode) => {
    code = with_;
  };
  const program = new Command('wirebench')
    .description('A workbench for sockets: every byte, when, from whom')
    .version(WIREBENCH_VERSION)
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', AFTER)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        terminal.output.lines(text);
      },
      writeErr: (text) => {
        tellLines(text.replace(/\n$/, ''));
      },
    })
    .configureHelp({ subcommandTerm: (command) => `${command.name()} ${command.usage()}` })
    .showHelpAfterError('Try --help.');
  lookUpWith(askInChild);
  addListen(program, finish);
  addConnect(program, finish);
  addRelay(program, finish);
  addProbe(program, finish);
  addNetwork(program, finish);
  addCode(program, finish);
  addCapture(program, finish);
  addCertificate(program, finish);
  suggestWhatIsMeant(program);
  await program.parseAsync();
  return code;
}

/** What is said about a thrown error, and what the process ends with. */
function report(thrown: unknown): ExitCode {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (thrown instanceof CliError) {
    terminal.tell(`wirebench: ${thrown.message}`);
    for (const lines of thrown.details)
      for (const line of lines.split('\n')) terminal.tell(`  ${line.replace(/^ {2}/, '')}`);
    return thrown.exit;
  }
  return bug(thrown);
}

function bug(thrown: unknown): ExitCode {
  const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  terminal.tell(
    'wirebench: This is a bug in wirebench. What was recorded until now is in the file.',
  );
  tellLines(stack);
  return EXIT.bug;
}

process.on('uncaughtException', (thrown) => {
  process.exitCode = bug(thrown);
  process.exit();
});

await leave(await main().catch(report));
