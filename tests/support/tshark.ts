import { spawnSync } from 'node:child_process';

/** What a program said and how it ended. */
export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

function run(program: string, args: readonly string[]): Outcome {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 1024 ** 3,
  });
  if (error) throw error;
  return { code: status, stdout, stderr };
}

const CHECKSUMS = ['ip', 'tcp', 'udp'].flatMap((layer) => ['-o', `${layer}.check_checksum:TRUE`]);

/** Runs tshark on a capture, with all checksums verified. */
export function tshark(file: string, ...args: string[]): Outcome {
  return run('tshark', ['-n', ...CHECKSUMS, '-r', file, ...args]);
}

/** One line per packet, the fields separated by tabs. */
export function fields(file: string, filter: string, ...names: string[]): string[][] {
  const { stdout } = tshark(
    file,
    ...['-Y', filter, '-T', 'fields', '-E', 'separator=/t', '-E', 'occurrence=a'],
    ...names.flatMap((name) => ['-e', name]),
  );
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
}

export function capinfos(file: string, ...args: string[]): Outcome {
  return run('capinfos', [...args, file]);
}

/**
 * Both directions of a TCP stream, as Wireshark follows it. Hex of the two sides, the one that
 * dialled first.
 */
export function followTcp(file: string, stream: number): [string, string] {
  const { stdout } = tshark(file, '-q', '-z', `follow,tcp,raw,${String(stream)}`);
  return sidesOf(stdout);
}

/** Of the first streams of a file, by their numbers. */
export function followTcps(file: string, streams: number): [string, string][] {
  if (streams === 0) return [];
  const each = Array.from({ length: streams }, (_, at) => ['-z', `follow,tcp,raw,${String(at)}`]);
  const parts = tshark(file, '-q', ...each.flat()).stdout.split('Follow: tcp,raw');
  // They are not told in order: the filter names each.
  const found: [string, string][] = [];
  for (const part of parts) {
    const number = /tcp\.stream eq (\d+)/.exec(part)?.[1];
    if (number !== undefined) found[Number(number)] = sidesOf(part);
  }
  return found;
}

function sidesOf(text: string): [string, string] {
  const sides: [string, string] = ['', ''];
  for (const line of text.split('\n')) {
    if (/^[0-9a-f]+$/.test(line)) sides[0] += line;
    else if (/^\t[0-9a-f]+$/.test(line)) sides[1] += line.slice(1);
  }
  return sides;
}
