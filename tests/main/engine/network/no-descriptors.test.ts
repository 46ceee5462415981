import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { bundleModule } from '../../../support/bundle';
import { tempFolder } from '../../../support/temp-folder';

const isLinux = process.platform === 'linux';
if (!isLinux) console.log('SKIP interfaces without a descriptor: the limit is set as on Linux');

test.skipIf(!isLinux)(
  'without a descriptor the interfaces cannot be asked for, which is told and ends nothing',
  async () => {
    const child = await bundleModule(
      'tests/main/engine/network/no-descriptors-child.ts',
      await tempFolder(),
    );
    const run = spawnSync(
      'sh',
      ['-c', 'ulimit -n 64; exec "$0" --no-warnings "$1"', process.execPath, child],
      {
        encoding: 'utf8',
      },
    );
    expect(run.stderr).toBe('');
    expect(JSON.parse(run.stdout)).toEqual({
      error: {
        code: 'EMFILE',
        errno: -24,
        syscall: 'getifaddrs',
        message: 'the interfaces of this computer cannot be listed',
      },
      without: [],
      told: ['lo'],
    });
  },
);
