import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dotStuff, dotUnstuff } from '../../../src-shared/protocols/dot-stuffing';
import { ftpDataAddress, ftpPortCommand } from '../../../src-shared/protocols/ftp-address';
import {
  escapeIac,
  refusal,
  telnetCommandName,
  telnetOptionName,
} from '../../../src-shared/protocols/telnet';

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
const text = (of: Uint8Array | null) => of && Buffer.from(of).toString('latin1');

describe('dot stuffing', () => {
  test.each([
    ['', '.\r\n'],
    ['a\r\n', 'a\r\n.\r\n'],
    ['a', 'a\r\n.\r\n'],
    ['.a\r\n..\r\n.\r\n', '..a\r\n...\r\n..\r\n.\r\n'],
    ['a\n.b', 'a\n..b\r\n.\r\n'],
  ])('%j is sent as %j', (from, to) => {
    expect(text(dotStuff(bytes(from)))).toBe(to);
  });

  test('what is sent is read back, with its last line ended', () => {
    const line = fc.constantFrom('', '.', '..', '.a', 'a', 'a.');
    fc.assert(
      fc.property(fc.array(line, { maxLength: 10 }), (lines) => {
        const whole = lines.map((one) => `${one}\r\n`).join('');
        expect(text(dotUnstuff(dotStuff(bytes(whole))))).toBe(whole);
      }),
    );
  });

  test('a block without its end is not complete', () => {
    expect(dotUnstuff(bytes('a\r\n.'))).toBeNull();
    expect(dotUnstuff(bytes('a\r\n..\r\n'))).toBeNull();
    expect(text(dotUnstuff(bytes('..a\r\n.\r\nQUIT\r\n')))).toBe('.a\r\n');
  });

  test("agrees with Python's smtplib", () => {
    const program =
      'import smtplib,sys; sys.stdout.buffer.write(smtplib._quote_periods(sys.stdin.buffer.read()))';
    const input = '.a\r\nb\r\n..\r\n';
    const theirs = execFileSync('python3', ['-c', program], { input });
    expect(text(dotStuff(bytes(input)))).toBe(`${theirs.toString('latin1')}.\r\n`);
  });
});

describe('FTP data addresses', () => {
  test.each([
    ['227 Entering Passive Mode (192,168,1,2,19,137).', '192.168.1.2', 5001],
    ['227 =10,0,0,1,0,21', '10.0.0.1', 21],
    ['PORT 127,0,0,1,39,36', '127.0.0.1', 10020],
    ['229 Entering Extended Passive Mode (|||6446|)', null, 6446],
    ['229 ok (!!!6446!)', null, 6446],
    ['EPRT |1|132.235.1.2|6275|', '132.235.1.2', 6275],
    ['EPRT |2|1080::8:800:200C:417A|5282|', '1080::8:800:200C:417A', 5282],
  ])('%s', (line, host, port) => {
    expect(ftpDataAddress(line)).toEqual({ host, port });
  });

  test.each([
    '227 Entering Passive Mode (192,168,1,256,19,137).',
    '227 Entering Passive Mode (1,2,3,4,5)',
    '227 (1,2,3,4,0,0)',
    '229 (|||0|)',
    '229 (|||70000|)',
    '229 (||6446|)',
    '200 PORT 1,2,3,4,5,6',
    '2271,2,3,4,5,6',
    '',
  ])('%j names none', (line) => {
    expect(ftpDataAddress(line)).toBeNull();
  });

  test('what we ask to be called at is understood', () => {
    for (const host of ['127.0.0.1', '::1', 'fe80::1'])
      for (const port of [1, 255, 256, 65_535])
        expect(ftpDataAddress(ftpPortCommand(host, port))).toEqual({ host, port });
  });

  test("agrees with Python's ftplib", () => {
    const line = '227 Entering Passive Mode (192,168,1,2,19,137).';
    const program = 'import ftplib,sys; print("%s %d" % ftplib.parse227(sys.argv[1]))';
    const theirs = execFileSync('python3', ['-c', program, line]).toString().trim();
    const ours = ftpDataAddress(line);
    expect(`${ours?.host ?? ''} ${ours?.port ?? ''}`).toBe(theirs);
  });
});

describe('Telnet', () => {
  test('a byte 255 of data is doubled', () => {
    expect([...escapeIac(Uint8Array.of(1, 255, 255, 2))]).toEqual([1, 255, 255, 255, 255, 2]);
  });

  test('offers and requests are refused, refusals never answered', () => {
    expect([251, 252, 253, 254].map((command) => refusal(command, 1)?.join(' ') ?? null)).toEqual([
      '255 254 1',
      null,
      '255 252 1',
      null,
    ]);
  });

  test('commands and options have their names', () => {
    const words = ['WILL', 'WONT', 'DO', 'DONT', 'SB', 'SE', 'AYT', 'IP', 'GA', 'NOP', 'IAC'];
    const numbers = [251, 252, 253, 254, 250, 240, 246, 244, 249, 241, 255];
    expect(numbers.map(telnetCommandName)).toEqual(words);
    expect([1, 3, 24, 31, 200].map(telnetOptionName)).toEqual([
      'ECHO',
      'SUPPRESS-GO-AHEAD',
      'TERMINAL-TYPE',
      'NAWS',
      'option 200',
    ]);
  });
});
