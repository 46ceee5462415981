import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ipVersion } from '../../../src-shared/address/ip';

/** Near misses: pieces of addresses glued together. */
const almost = fc
  .array(
    fc.constantFrom(
      '::',
      ':',
      '.',
      '0',
      '1',
      '01',
      '255',
      '256',
      'ffff',
      '12345',
      'g',
      '1.2.3.4',
      '%',
      '%eth0',
      ' ',
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

const groups = fc
  .array(fc.constantFrom('0', 'fe80', '1', '::', 'abcd', 'ABCD', '10.0.0.1'), {
    minLength: 1,
    maxLength: 9,
  })
  .map((parts) => parts.join(':').replaceAll(':::', '::').replaceAll('::::', '::'));

describe('ipVersion agrees with Node', () => {
  test('on valid addresses', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        expect(ipVersion(text)).toBe(isIP(text));
        expect(ipVersion(text)).not.toBe(0);
      }),
    );
  });

  test('on near misses and on anything', () => {
    fc.assert(
      fc.property(fc.oneof(almost, groups, fc.string()), (text) => {
        expect([text, ipVersion(text)]).toEqual([text, isIP(text)]);
      }),
      { numRuns: 5000 },
    );
  });

  test.each([
    ['127.0.0.1', 4],
    ['01.2.3.4', 0],
    ['1.2.3', 0],
    ['::', 6],
    ['::1', 6],
    ['fe80::1%eth0', 6],
    ['fe80::1%', 0],
    ['1:2:3:4:5:6:7::', 6],
    ['1:2:3:4:5:6:7:8::', 0],
    ['::ffff:1.2.3.4', 6],
    ['1.2.3.4::', 0],
    ['1::2::3', 0],
    ['[::1]', 0],
  ])('%s is %i', (text, version) => {
    expect(ipVersion(text)).toBe(version);
  });
});
