import type { Command } from 'commander';
import { nearest } from '../../src-shared/address/nearest';
import { OPTION_TABLE } from '../../src-shared/address/options';

/** Words of other programs for our verbs; of two words: a verb and its own. */
const VERBS: ReadonlyMap<string, string> = new Map([
  ...each('listen', 'server', 'serve', 'bind', 'accept', 'open'),
  ...each('connect', 'client', 'dial', 'send', 'talk', 'nc', 'udp', 'tcp'),
  ...each('relay', 'proxy', 'forward', 'tunnel', 'mitm'),
  ...each('probe', 'scan', 'ping', 'check', 'sweep'),
  ...each('network', 'interfaces', 'interface', 'ifconfig', 'ip', 'lookup', 'ports'),
  ...each('code', 'snippet', 'script'),
  ...each('capture rows', 'rows', 'cat', 'show', 'print', 'read', 'filter', 'view', 'list'),
  ...each('capture search', 'search', 'grep', 'find'),
  ...each('capture convert', 'convert', 'export', 'save'),
  ...each('capture stats', 'stats', 'statistics', 'summary'),
  ...each('capture recover', 'recover', 'repair', 'fix'),
  ...each('capture info', 'info'),
  ...each('capture split', 'split'),
  ...each('capture mark', 'marks', 'notes', 'note', 'bookmark'),
  ...each('capture compare', 'compare', 'diff'),
]);

/** Words of other programs for our options; the first that the command has is meant. */
const OPTIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ...of(['--record', '--out'], '--output', '--write', '--save', '--pcap', '--log', '--out'),
  ...of(['--print', '--to'], '--format'),
  ...of(['--print json'], '--json'),
  ...of(['--print text'], '--text'),
  ...of(['--print hex'], '--hex'),
  ...of(['--to csv'], '--csv'),
  ...of(['--to raw'], '--raw'),
  ...of(['--send'], '--data', '--payload', '--message', '--body', '--input'),
  ...of(['--trace'], '--verbose', '--debug', '--calls'),
  ...of(['--quiet'], '--silent'),
  ...of(['--idle', '--timeout'], '--wait', '--delay'),
  ...of(['--count'], '--limit', '--lines', '--number', '--packets'),
  ...of(['--filter'], '--grep', '--where', '--match', '--search'),
  ...of(['--encoding'], '--charset', '--codepage'),
  ...of(['--decode'], '--protocol', '--dissector'),
  ...of(['--expect'], '--until', '--assert'),
  ...of(['--ring-parts'], '--keep', '--files', '--filecount'),
  ...of(['--split-size'], '--size'),
  ...of(['--split-time'], '--time'),
  ...of(['--language'], '--lang'),
]);

/** Words that belong into the address. */
const IN_ADDRESS = new Set(['--port', '--host', '--ip', '--address', '--tls', '--ssl', '--udp']);

/**
 * Every command says what was meant by a verb or option that there is not, when that can be told:
 * commander's own suggestions are as often as not something else.
 */
export function suggestWhatIsMeant(command: Command): void {
  command.showSuggestionAfterError(false).configureOutput({
    outputError: (text, write) => {
      write(`${shortened(text).trimEnd()}${suggestion(text, command)}\n`);
    },
  });
  for (const one of command.commands) suggestWhatIsMeant(one);
}

/** An argument of thousands of characters would push what is wrong with it out of sight. */
function shortened(text: string): string {
  return text.replace(/ argument '([^]{60})[^]{20,}' is invalid/, " argument '$1…' is invalid");
}

function suggestion(text: string, command: Command): string {
  const [, what, name = ''] = /^error: unknown (option|command) '([^']*)'/.exec(text) ?? [];
  if (what === undefined) return '';
  const meant = what === 'option' ? meantOption(name, command) : meantVerb(name, command);
  return meant === null ? '' : `\n${meant}`;
}

function meantVerb(name: string, command: Command): string | null {
  const names = command.commands.map((one) => one.name());
  const verb = VERBS.get(name.toLowerCase());
  const own = verb?.replace(`${command.name()} `, '');
  const like =
    own !== undefined && (names.includes(own) || !command.parent)
      ? own
      : nearest(name.toLowerCase(), names);
  return like === undefined ? null : `Did you mean \`${pathOf(command)} ${like}\`?`;
}

function meantOption(flag: string, command: Command): string | null {
  const name = flag.replace(/=.*/s, '');
  const flags = ['--help', ...command.options.map(({ long }) => long ?? '')];
  const like =
    OPTIONS.get(name)?.find((one) => flags.includes(one.replace(/ .*/, ''))) ??
    // What begins with a single hyphen has one letter, which is like everything.
    (name.startsWith('--') ? nearLong(name, flags) : undefined);
  if (like !== undefined) return `Did you mean ${like}?`;
  if (!command.registeredArguments.some((one) => one.name().includes('address'))) return null;
  if (IN_ADDRESS.has(name))
    return 'That is part of the address: tcp:HOST:PORT, tls:HOST:PORT or udp:HOST:PORT.';
  const word = name.replace(/^--?/, '');
  const option = OPTION_TABLE.find((one) => one.name === word || one.aliases.includes(word));
  return option
    ? `That is an option of the address, after a comma: ADDRESS,${option.example}`
    : null;
}

/** The hyphens are no letters: of two that are alike for them nothing is said. */
function nearLong(name: string, flags: readonly string[]): string | undefined {
  const like = nearest(
    name.slice(2),
    flags.map((one) => one.slice(2)),
  );
  return like === undefined ? undefined : `--${like}`;
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

function of(ours: readonly string[], ...words: string[]): [string, readonly string[]][] {
  return words.map((word) => [word, ours]);
}

function each(ours: string, ...words: string[]): [string, string][] {
  return words.map((word) => [word, ours]);
}
