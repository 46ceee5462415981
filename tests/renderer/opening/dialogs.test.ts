import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import type { Profile } from '../../../src-shared/contract/profile';
import type { SecretList } from '../../../src-shared/contract/secret';
import type { TlsDetails, TlsSummary } from '../../../src-shared/contract/tls';
import { openWindow, type FakeWindow, useWindow } from '../shell/fake-window';
import { settle, socketInfo } from '../state/fakes';

/** Dialogs are loaded when they are first asked for; the first time that means compiling them. */
const LOADED = { timeout: 20_000 };

let bench: FakeWindow;
useWindow(() => bench);

const dialog = async (name: string) => within(await screen.findByRole('dialog', { name }, LOADED));
const opened = () => bench.named('open').map(({ params }) => params);
const nothingKept: SecretList = { names: [], unreadable: [], kept: 'encrypted' };

function fill(of: { getByRole: typeof screen.getByRole }, name: string, value: string) {
  return fireEvent.input(of.getByRole('textbox', { name }), { target: { value } });
}

describe('options', { timeout: 30_000 }, () => {
  test('from one line to every option and back to one address', async () => {
    bench = await openWindow({ engine: { open: () => ({ socket: 1 }) } });
    const [first] = screen.getAllByRole('button', { name: 'More options…' });
    await fireEvent.click(first ?? document.body);
    const form = await dialog('Options');
    expect(form.getByRole('textbox', { name: 'Port' })).toHaveValue('9000');
    await fill(form, 'Backlog', '16');
    await fill(form, 'Greeting', '220 hi, you\\r\\n');
    expect(form.getByRole('status')).toHaveTextContent(
      'tcp-listen:9000,backlog=16,greeting="220 hi, you\\r\\n"',
    );
    expect(form.getByRole('button', { name: 'Listener, 2 set' })).toBeVisible();
    await fireEvent.click(form.getByRole('button', { name: 'Listen' }));
    await waitFor(() =>
      expect(opened()).toEqual([
        { address: 'tcp-listen:9000,backlog=16,greeting="220 hi, you\\r\\n"' },
      ]),
    );
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  test('what is wrong is said beside its field, and nothing is opened', async () => {
    bench = await openWindow();
    bench.app.commands.run('open-options');
    const form = await dialog('Options');
    await fill(form, 'Idle timeout', 'soon');
    expect(form.getByRole('alert')).toHaveTextContent(/soon.*idle-timeout.*For example: 30s/);
    await fireEvent.click(form.getByRole('button', { name: 'Listen' }));
    await settle();
    expect(opened()).toEqual([]);
    expect(form.getByRole('textbox', { name: 'Idle timeout' })).toHaveFocus();
  });

  test('what Node cannot reach is there, with the reason', async () => {
    bench = await openWindow();
    bench.app.commands.run('open-options');
    const form = await dialog('Options');
    const linger = form.getByText('SO_LINGER').closest('li');
    expect(linger).toHaveTextContent(/Linger on close.*Not available: Node\.js has no call for it/);
  });

  test('a file is chosen in the main process, a secret is kept there and only named here', async () => {
    const kept: unknown[] = [];
    bench = await openWindow({
      main: {
        setSecret: (params: unknown) => {
          kept.push(params);
          return { ...nothingKept, names: ['device-key'] };
        },
        chooseFile: ({ purpose }: { purpose: string }) => ({ path: `/certs/${purpose}, x.pem` }),
      },
      engine: { open: () => ({ socket: 1 }) },
    });
    bench.app.shell.open({
      ...{ kind: 'options', address: 'tls:device:8883', then: { to: 'open' }, group: 'tls' },
    });
    const form = await dialog('Options');
    await fireEvent.click(form.getByRole('button', { name: 'Choose a file: Own certificate' }));
    await waitFor(() =>
      expect(form.getByRole('textbox', { name: 'Own certificate' })).toHaveValue(
        '/certs/cert, x.pem',
      ),
    );
    const [add] = form.getAllByRole('button', { name: 'New secret…' });
    await fireEvent.click(add ?? document.body);
    const secret = within(form.getByRole('group', { name: 'New secret' }));
    await fill(secret, 'Name', 'device-key');
    await fireEvent.input(secret.getByLabelText('Secret'), { target: { value: 'open sesame' } });
    await fireEvent.click(secret.getByRole('button', { name: 'Keep it' }));
    await waitFor(() => expect(kept).toEqual([{ name: 'device-key', value: 'open sesame' }]));
    await waitFor(() =>
      expect(form.getByRole('status')).toHaveTextContent(
        'tls:device:8883,cert="/certs/cert, x.pem",passphrase=secret:device-key',
      ),
    );
    expect(document.body.innerHTML).not.toContain('open sesame');
  });

  test('verification off is warned of where it is chosen', async () => {
    bench = await openWindow();
    bench.app.shell.open({
      ...{ kind: 'options', address: 'tls:d:1,verify=off', then: { to: 'open' }, group: 'tls' },
    });
    const form = await dialog('Options');
    expect(form.getByText(/anyone on the way can pretend to be this device/)).toBeVisible();
  });

  test('a profile keeps the new address; a running socket is closed before it opens again', async () => {
    const saved: Profile[] = [];
    const profile: Profile = {
      version: 1,
      id: '0b5a4a8e-7f2c-4d3b-9a51-0c7f6a1d2e3f',
      name: 'Gateway',
      folder: [],
      address: 'tcp:192.168.1.50:502',
    };
    bench = await openWindow({
      main: {
        profiles: () => ({ profiles: [profile], problems: [] }),
        saveProfile: ({ profile: one }: { profile: Profile }) => {
          saved.push(one);
          return {};
        },
      },
      engine: { open: () => ({ socket: 2 }), close: () => ({}) },
    });
    const then = { to: 'profile', id: profile.id } as const;
    bench.app.shell.open({ kind: 'options', address: profile.address, then, group: null });
    const form = await dialog('Options');
    await fill(form, 'Connect timeout', '2s');
    await fireEvent.click(form.getByRole('button', { name: 'Save in the profile' }));
    await waitFor(() =>
      expect(saved.map(({ address }) => address)).toEqual([
        'tcp:192.168.1.50:502,connect-timeout=2s',
      ]),
    );
    await bench.tell({ sockets: [socketInfo({ id: 1, address: 'tcp-listen:9001' })] });
    bench.app.workspace.show(1);
    bench.app.commands.run('reopen-options');
    const again = await dialog('Options');
    await fill(again, 'Connections at most', '3');
    await fireEvent.click(again.getByRole('button', { name: 'Close and open again' }));
    await waitFor(() => expect(bench.named('close')).toHaveLength(1));
    expect(opened()).toEqual([]);
    await bench.tell({
      sockets: [socketInfo({ id: 1, address: 'tcp-listen:9001', phase: 'closed', openedAt: 1 })],
    });
    await waitFor(() => expect(opened()).toEqual([{ address: 'tcp-listen:9001,max-clients=3' }]));
  });
});

describe('protocols', { timeout: 30_000 }, () => {
  test('a client comes with its examples in the composer', async () => {
    bench = await openWindow({ engine: { open: () => ({ socket: 1 }) } });
    bench.app.commands.run('new-protocol');
    const form = await dialog('New from protocol');
    await fireEvent.click(form.getByRole('radio', { name: /^POP3/ }));
    await fill(form, 'Host', 'mail.test');
    await fireEvent.click(form.getByRole('button', { name: 'Connect' }));
    await waitFor(() => expect(opened()).toEqual([{ address: 'tcp:mail.test:110' }]));
    const { payloads } = bench.app.workspace.kitOf(1);
    expect(payloads.map(({ name }) => name)).toContain('STAT');
    expect(payloads.every(({ about = '' }) => about.length > 10)).toBe(true);
  });

  test('a port of its own is dialled, and named in what HTTP sends', async () => {
    bench = await openWindow({ engine: { open: () => ({ socket: 1 }) } });
    bench.app.commands.run('new-protocol');
    const form = await dialog('New from protocol');
    await fill(form, 'Host', 'fe80::1');
    await fill(form, 'Port', '99999');
    await fireEvent.click(form.getByRole('button', { name: 'Connect' }));
    expect(form.getByRole('textbox', { name: 'Port' })).toBeInvalid();
    expect(opened()).toEqual([]);
    await fill(form, 'Port', '8080');
    await fireEvent.click(form.getByRole('button', { name: 'Connect' }));
    await waitFor(() => expect(opened()).toEqual([{ address: 'tcp:[fe80::1]:8080' }]));
    expect(bench.app.workspace.kitOf(1).draft.text).toContain('Host: {{host}}');
  });

  test('a server answers by itself, on a port that needs no rights', async () => {
    const saved: Profile[] = [];
    bench = await openWindow({
      main: {
        saveProfile: ({ profile: one }: { profile: Profile }) => {
          saved.push(one);
          return {};
        },
      },
    });
    bench.app.commands.run('new-protocol');
    const form = await dialog('New from protocol');
    await fireEvent.click(form.getByRole('button', { name: 'Server: answer a device' }));
    await fireEvent.click(form.getByRole('button', { name: 'Save as profile' }));
    await waitFor(() =>
      expect(saved.map(({ name, address }) => [name, address])).toEqual([
        ['HTTP server', 'tcp-listen:10080,behave=http'],
      ]),
    );
  });
});

describe('secrets and certificates', { timeout: 30_000 }, () => {
  test('names only: add, replace, delete after asking', async () => {
    let names = ['old-key'];
    const asked: unknown[] = [];
    const list = () => ({ ...nothingKept, names, kept: 'this-run' as const });
    bench = await openWindow({
      main: {
        secretNames: list,
        setSecret: (params: { name: string }) => {
          asked.push(params);
          names = [...new Set([...names, params.name])];
          return list();
        },
        deleteSecret: ({ name }: { name: string }) => {
          names = names.filter((one) => one !== name);
          return list();
        },
      },
    });
    bench.app.commands.run('secrets');
    const box = await dialog('Secrets');
    expect(await box.findByText('old-key')).toBeVisible();
    expect(box.getByText(/kept in memory only/)).toBeVisible();
    await fireEvent.click(box.getByRole('button', { name: 'Replace the value of old-key' }));
    await fireEvent.input(box.getByLabelText('New value'), { target: { value: 'changed' } });
    await fireEvent.click(box.getByRole('button', { name: 'Keep it' }));
    await waitFor(() => expect(asked).toEqual([{ name: 'old-key', value: 'changed' }]));
    await fireEvent.click(box.getByRole('button', { name: 'Delete old-key' }));
    expect(names).toEqual(['old-key']);
    await fireEvent.click(box.getByRole('button', { name: 'Delete' }));
    await waitFor(() => expect(box.getByText('No secrets yet.')).toBeVisible());
  });

  test('certificates are made where main asks for, and used for a listener', async () => {
    const asked: unknown[] = [];
    bench = await openWindow({
      main: {
        makeCertificates: (params: unknown) => {
          asked.push(params);
          const file = {
            ...{ kind: 'server', certificate: '/c/server.pem', key: '/c/server-key.pem' },
            ...{ validFrom: 0, validTo: 1, fingerprint256: 'AB:CD', reused: false },
          };
          return { folder: '/c', files: [file] };
        },
      },
    });
    bench.app.commands.run('certificates');
    const box = await dialog('Make test certificates');
    await fill(box, 'Names of the server', 'device.local 192.168.1.5');
    await fireEvent.click(box.getByRole('button', { name: 'Choose a folder and make' }));
    await waitFor(() => expect(box.getByText('/c/server-key.pem')).toBeVisible());
    expect(asked).toEqual([
      {
        ...{ kinds: ['ca', 'server', 'client'], names: ['device.local'] },
        ...{ addresses: ['192.168.1.5'], days: 365, key: 'ec', overwrite: false },
      },
    ]);
    await fireEvent.click(box.getByRole('button', { name: 'Use it for a TLS listener…' }));
    const form = await dialog('Options');
    expect(form.getAllByRole('status').at(-1)).toHaveTextContent(
      'tls-listen:9000,cert=/c/server.pem,key=/c/server-key.pem',
    );
  });
});

test('an untrusted certificate is shown, and trusted for this address alone', async () => {
  const fingerprint = Array.from({ length: 32 }, () => 'AB').join(':');
  const certificate = {
    ...{ subject: 'CN=device', issuer: 'CN=device', altNames: ['DNS:device'], serial: '1' },
    ...{ validFrom: 0, validTo: Date.UTC(2100, 0), fingerprint256: fingerprint },
    ...{ key: 'EC prime256v1', selfSigned: true },
  };
  const tls: TlsSummary = {
    ...{ state: 'failed' as const, protocol: null, cipher: null, alpn: null },
    ...{
      sessionReused: false,
      verified: false,
      trustedBy: null,
      reason: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    },
  };
  const details: TlsDetails = {
    ...tls,
    ...{ role: 'client' as const, servername: 'device', ephemeralKey: null },
    ...{ handshakeMs: null, pskIdentity: null, peer: [certificate], own: [], handshake: [] },
  };
  bench = await openWindow({
    engine: { open: () => ({ socket: 2 }), remove: () => ({}), tlsDetails: () => details },
  });
  const code = 'DEPTH_ZERO_SELF_SIGNED_CERT';
  await bench.tell({
    sockets: [
      socketInfo({
        ...{ id: 1, kind: 'tcp-connection', address: 'tls:device:8883', phase: 'closed', tls },
        error: { code, syscall: 'verify', message: 'signed by itself' },
      }),
    ],
  });
  bench.app.workspace.show(1);
  await settle();
  const panel = within(await screen.findByRole('region', { name: 'What went wrong' }));
  expect(panel.getByRole('alert')).toHaveTextContent(/Nobody vouches for the certificate/);
  const shown = within(
    await panel.findByRole('region', { name: 'The certificate it showed' }, LOADED),
  );
  expect(shown.getByText(fingerprint)).toBeVisible();
  await fireEvent.click(shown.getByRole('button', { name: 'Trust this certificate and connect' }));
  await waitFor(() =>
    expect(opened()).toEqual([{ address: `tls:device:8883,fingerprint=${'ab'.repeat(32)}` }]),
  );
}, 30_000);
