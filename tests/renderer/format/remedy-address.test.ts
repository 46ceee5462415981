import { expect, test } from 'vitest';
import { remedyAddress } from '../../../src-renderer/format/remedy-address';

test.each([
  ['next-port', 'tcp-listen:9000', 'tcp-listen:9001', 9001],
  ['next-port', 'tcp-listen:127.0.0.1:80,backlog=5', 'tcp-listen:127.0.0.1:1104,backlog=5', 1104],
  ['any-port', 'udp-listen:53', 'udp-listen:0', 0],
  ['any-address', 'tcp-listen:10.9.9.9:9000', 'tcp-listen:9000', null],
  ['longer', 'tcp:10.0.0.1:502', 'tcp:10.0.0.1:502,connect-timeout=30s', 30],
  [
    'longer',
    'tcp:10.0.0.1:502,connect-timeout=500ms',
    'tcp:10.0.0.1:502,connect-timeout=1500ms',
    1.5,
  ],
  ['longer', 'tls:10.0.0.1:8883', 'tls:10.0.0.1:8883,connect-timeout=30s', 30],
  ['as-tcp', 'tls:10.0.0.1:502,nodelay,verify=off,ca=/c.pem', 'tcp:10.0.0.1:502,nodelay', null],
  ['unlink', 'unix-listen:/tmp/s,mode=666', 'unix-listen:/tmp/s,mode=666,unlink', null],
] as const)('%s of %s is %s', (remedy, address, instead, figure) => {
  expect(remedyAddress(remedy, address)).toEqual({ address: instead, figure });
});

test.each([
  ['next-port', 'tcp-listen:65535'],
  ['next-port', 'tcp:10.0.0.1:502'],
  ['any-address', 'tcp-listen:9000'],
  ['longer', 'tcp-listen:9000'],
  ['retry', 'tcp-listen:9000'],
  ['as-tcp', 'tls-listen:8883'],
  ['unlink', 'unix:/tmp/s'],
  ['next-port', 'unix-listen:/tmp/s'],
  ['next-port', 'not an address'],
] as const)('%s of %s changes nothing', (remedy, address) => {
  expect(remedyAddress(remedy, address)).toBeNull();
});
