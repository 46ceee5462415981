import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../../src-shared/address/address';
import { KINDS } from '../../../src-shared/address/kinds';
import { OPTION_TABLE } from '../../../src-shared/address/options';
import { fieldGroups } from '../../../src-renderer/format/option-fields';
import { followLocale } from '../../../src-renderer/i18n/locale.svelte';
import { OptionForm } from '../../../src-renderer/state/option-form.svelte';

followLocale(() => 'en');

const kinds = [...new Set([...KINDS.values()].map(({ kind }) => kind))];

describe('fields', () => {
  test.each(kinds)('%s has a field for every option of the grammar, and no other', (kind) => {
    const fields = fieldGroups(kind, 'linux').flatMap((group) => group.fields);
    const wanted = OPTION_TABLE.filter((info) => info.kinds.includes(kind)).map(({ name }) => name);
    expect(fields.map(({ name }) => name).sort()).toEqual(wanted.sort());
    expect(fields.filter(({ label, constant }) => label === '' || constant === '')).toEqual([]);
  });

  test('offers only the words that fit the kind', () => {
    const words = (kind: 'tcp' | 'udp', option: string) =>
      fieldGroups(kind, 'linux')
        .flatMap((group) => group.fields)
        .find(({ name }) => name === option)?.choices;
    expect(words('tcp', 'idle-action')).toEqual(['warn', 'half-close', 'close', 'reset']);
    expect(words('udp', 'idle-action')).toEqual(['warn', 'close']);
    expect(words('udp', 'behave')).not.toContain('http');
  });

  test('what this system cannot do says so', () => {
    const reuse = (platform: 'linux' | 'win32') =>
      fieldGroups('tcp-listen', platform)
        .flatMap((group) => group.fields)
        .find(({ name }) => name === 'reuseport')?.offBecause;
    expect(reuse('linux')).toBeNull();
    expect(reuse('win32')).toBe('Only Linux can do this.');
  });
});

describe('an address in fields', () => {
  const addresses = [
    'tcp:192.168.1.50:502,nodelay,keepalive=30s,connect-timeout=500ms',
    'tcp6:[fe80::1%eth0]:502',
    'tcp-listen:9000,backlog=16,on-accept=greet,greeting="220 hi, you\\r\\n",behave=echo',
    'udp-mcast:239.1.2.3:5000,mcast-loop=off,mcast-if=eth0',
    'tls:device.local:8883,verify=off,alpn=h2;http/1.1,psk=secret:key',
    'unix-listen:"/tmp/a, b.sock",mode=666,unlink',
    'unix:@name',
    'pipe:device',
  ];

  test.each(addresses)('%s comes out as it went in', (address) => {
    const form = new OptionForm(address);
    const parsed = parseAddress(address);
    expect(parsed.ok).toBe(true);
    expect(form.error).toBeNull();
    const again = parseAddress(form.address ?? '');
    expect(again).toEqual(parsed);
  });

  test('every field can be set and taken back', () => {
    for (const { name, kinds: of, example, form: way } of OPTION_TABLE) {
      const [kind] = of;
      if (kind === undefined) continue;
      const plain = new OptionForm(`${kind}:${place(kind)}`);
      const before = plain.address;
      const value = way === 'flag' ? 'on' : example.replace(/^[^=]*="?|"$/g, '');
      plain.set(name, value);
      expect(plain.error, `${kind},${name}=${value}`).toBeNull();
      expect(plain.address, name).toContain(`,${name}`);
      expect(new OptionForm(plain.address ?? '').value(name), name).toBe(
        name === 'fingerprint' ? value.replaceAll(':', '').toLowerCase() : value,
      );
      plain.set(name, '');
      expect(plain.address).toBe(before);
    }
  });

  test('what is wrong is said of its field, and the rest stays', () => {
    const form = new OptionForm('tcp:10.0.0.7:502,nodelay');
    form.set('keepalive', 'soon');
    expect(form.errorOf('keepalive')?.code).toBe('bad-option-value');
    expect(form.errorOf('nodelay')).toBeNull();
    expect(form.placeError).toBeNull();
    expect(form.address).toBeNull();
    form.set('keepalive', '30s');
    expect(form.address).toBe('tcp:10.0.0.7:502,nodelay,keepalive=30s');
    form.port = '70000';
    expect(form.placeError?.code).toBe('bad-port');
  });

  test('a secret in the open is refused, and not repeated', () => {
    const form = new OptionForm('tls:device:8883');
    form.set('psk', '00112233');
    expect(form.errorOf('psk')?.code).toBe('bad-option-value');
    expect(form.errorOf('psk')?.message).not.toContain('00112233');
  });

  test('options of another kind wait until it is chosen again', () => {
    const form = new OptionForm('tls:device:8883,ca=/ca.pem,nodelay');
    form.kind = 'tcp';
    expect(form.address).toBe('tcp:device:8883,nodelay');
    form.kind = 'tls';
    expect(form.address).toBe('tls:device:8883,nodelay,ca=/ca.pem');
  });

  test('an unfinished address is shown as far as it goes', () => {
    const form = new OptionForm('tls::8883');
    expect(form).toMatchObject({ kind: 'tls', host: '', port: '8883', address: null });
    expect(form.placeError?.code).toBe('missing-host');
    form.host = 'fe80::1%eth0';
    expect(form.address).toBe('tls:[fe80::1%eth0]:8883');
  });
});

function place(kind: (typeof kinds)[number]): string {
  if (kind.startsWith('unix')) return '/tmp/s';
  if (kind.startsWith('pipe')) return 's';
  if (kind === 'udp-mcast') return '239.1.2.3:5000';
  return kind.endsWith('listen') ? '9000' : '10.0.0.7:502';
}
