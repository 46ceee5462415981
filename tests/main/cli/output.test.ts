import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { Output } from '../../../src-main/cli/output';

/** What is written to it fails with that code. */
function failing(code: string): Writable {
  return new Writable({
    write(_chunk, _encoding, done) {
      done(Object.assign(new Error(`${code}: write`), { code }));
    },
  });
}

test.each([
  ['ENOSPC', 'ENOSPC: write'],
  ['EIO', 'EIO: write'],
  ['EPIPE', undefined],
])(
  'after %s no more is written, and what is no reader gone is a problem',
  async (code, problem) => {
    const output = new Output(failing(code));
    output.line('a');
    await output.flushed();
    expect([output.gone, output.problem?.message]).toEqual([true, problem]);
  },
);
