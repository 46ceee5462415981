import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll } from 'vitest';
import { parseAddress, type Address } from '../../../src-shared/address/address';
import { generateCode } from '../../../src-shared/code/generate';
import type { CodeLanguage, CodeStep } from '../../../src-shared/code/plan';
import { startProgram, type Program } from '../../support/peers';

const CLI = resolve(import.meta.dirname, '../../../out/cli/wirebench.js');

export function addressOf(text: string): Address {
  const parsed = parseAddress(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.error.message}`);
  return parsed.address;
}

export function codeOf(text: string, steps: readonly CodeStep[], language: CodeLanguage): string {
  const made = generateCode({ address: addressOf(text), steps, language });
  if (!made.ok) throw new Error(`${language}: ${made.why}`);
  return made.text;
}

export const send = (bytes: Uint8Array | string): CodeStep => ({
  kind: 'send',
  bytes: typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes,
});
export const wait = (bytes: Uint8Array | string): CodeStep => ({ ...send(bytes), kind: 'expect' });

/** A folder of its own with a `wirebench` in it; scripts are run there. */
export function bench() {
  const folder = mkdtempSync(join(tmpdir(), 'wirebench-code-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const command = join(folder, 'wirebench');
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${CLI}' "$@"\n`);
  chmodSync(command, 0o755);
  let number = 0;

  /** Starts the code as its user would; ended with the test. */
  function start(language: CodeLanguage, text: string): Program {
    const file = join(folder, `${++number}`);
    switch (language) {
      case 'python':
        writeFileSync(`${file}.py`, text);
        return startProgram('python3', [`${file}.py`]);
      case 'node':
        writeFileSync(`${file}.cjs`, text);
        return startProgram(process.execPath, [`${file}.cjs`]);
      case 'c':
        writeFileSync(`${file}.c`, text);
        execFileSync('gcc', ['-Wall', '-Wextra', '-Werror', '-o', `${file}.out`, `${file}.c`]);
        return startProgram(`${file}.out`);
      case 'ncat':
      case 'socat':
      case 'wirebench':
        writeFileSync(`${file}.sh`, text);
        return startProgram('env', [
          `PATH=${folder}:${process.env['PATH'] ?? ''}`,
          'sh',
          `${file}.sh`,
        ]);
      default:
        return language satisfies never;
    }
  }

  return { folder, start };
}
