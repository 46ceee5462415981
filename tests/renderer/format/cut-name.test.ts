import { expect, test } from 'vitest';
import { cutName } from '../../../src-renderer/format/cut-name';

test.each([
  ['tcp-listen:127.0.0.1:9000', 'tcp-listen:127.0.0.1', ':9000'],
  ['tcp:[fe80::1%eth0]:80', 'tcp:[fe80::1%eth0]', ':80'],
  ['unix:/run/s', 'unix:/run/s', ''],
  [
    'unix-listen:/var/run/wirebench/device-7.sock',
    'unix-listen:/var/run/wirebench/dev',
    'ice-7.sock',
  ],
  ['20261123-081504-tcp-listen-🛰️-9000.pcapng', '20261123-081504-tcp-listen-🛰️-9', '000.pcapng'],
  ['', '', ''],
])('%s stays in sight to its end', (name, head, tail) => {
  expect(cutName(name)).toEqual({ head, tail });
});
