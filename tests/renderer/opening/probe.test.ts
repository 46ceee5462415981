import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import { engineCommands } from '../../../src-shared/contract/engine';
import type { Probed, SweepNews } from '../../../src-shared/contract/probe';
import type { Profile } from '../../../src-shared/contract/profile';
import type { TlsDetails } from '../../../src-shared/contract/tls';
import { openWindow, type FakeWindow, useWindow } from '../shell/fake-window';

/** Dialogs are loaded when they are first asked for; the first time that means compiling them. */
const LOADED = { timeout: 20_000 };
const FINGERPRINT = Array.from({ length: 32 }, () => 'AB').join(':');

let bench: FakeWindow;
useWindow(() => bench);

const dialog = async () =>
  within(await screen.findByRole('dialog', { name: 'Probe an address' }, LOADED));
const asked = () =>
  bench.named('probe').map(({ params }) => engineCommands.probe.params.parse(params));
const probedAddresses = () => asked().map(({ address }) => address);

function probed(of: Partial<Probed>): Probed {
  const nothing = { cancelled: false, ms: 1.25, error: null, remote: null, resolveMs: null };
  return { ...nothing, attempts: [], ...of };
}

const refused = { code: 'ECONNREFUSED', errno: -111, syscall: 'connect', message: 'refused' };

function untrusted(reason: string | null): TlsDetails {
  return {
    ...{ state: reason === null ? 'secure' : 'failed', protocol: 'TLSv1.3', alpn: null },
    ...{ cipher: 'TLS_AES_128_GCM_SHA256', reason, role: 'client', servername: 'device' },
    ...{ verified: reason === null, trustedBy: reason === null ? 'fingerprint' : null },
    ...{
      sessionReused: false,
      ephemeralKey: null,
      handshakeMs: 4.5,
      pskIdentity: null,
      own: [],
      handshake: [],
    },
    peer: [
      {
        ...{ subject: 'CN=device', issuer: 'CN=device', altNames: [], serial: '01', key: 'EC' },
        ...{ validFrom: 0, validTo: 9e12, fingerprint256: FINGERPRINT, selfSigned: true },
      },
    ],
  };
}

describe('probing', { timeout: 30_000 }, () => {
  test('from the address bar at once: each address with its time, then connect', async () => {
    bench = await openWindow({
      engine: {
        open: () => ({ socket: 1 }),
        probe: () =>
          probed({
            remote: { host: '10.0.0.7', port: 502 },
            resolveMs: 3,
            attempts: [
              { host: 'fd00::7', port: 502, ms: 0.2, error: refused },
              { host: '10.0.0.7', port: 502, ms: 1, error: null },
            ],
          }),
      },
    });
    bench.app.workspace.quickOpen.address = 'plc:502';
    await fireEvent.click(screen.getByRole('button', { name: 'Probe this address' }));
    const form = await dialog();
    await form.findByText('Connected to 10.0.0.7:502 in 1.3 ms');
    expect(form.getByText('Name looked up in 3.0 ms')).toBeVisible();
    const rows = form.getAllByRole('row').map((row) => row.textContent.replace(/\s+/g, ' ').trim());
    expect(rows.slice(1)).toEqual([
      expect.stringMatching(/\[fd00::7\]:502 ?0\.2 ?ECONNREFUSED connect \(-111\)/),
      expect.stringMatching(/10\.0\.0\.7:502 ?1\.0 ?connected/),
    ]);
    expect(probedAddresses()).toEqual(['tcp:plc:502']);
    await fireEvent.click(form.getByRole('button', { name: 'Connect' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(bench.named('open').map(({ params }) => params)).toEqual([{ address: 'tcp:plc:502' }]);
  });

  test('of a profile: why not with what to do, and a trusted certificate goes into it', async () => {
    const saved: Profile[] = [];
    const profile: Profile = {
      version: 1,
      id: '0b5a4a8e-7f2c-4d3b-9a51-0c7f6a1d2e3f',
      name: 'Gateway',
      folder: [],
      address: 'tls:device:8883',
    };
    const verify = 'DEPTH_ZERO_SELF_SIGNED_CERT';
    bench = await openWindow({
      engine: {
        probe: ({ address }: { address: string }) =>
          address.includes('fingerprint')
            ? probed({ tls: untrusted(null) })
            : probed({
                error: { code: verify, syscall: 'verify', message: 'self-signed' },
                tls: untrusted(verify),
              }),
      },
      main: {
        profiles: () => ({ profiles: [profile], problems: [] }),
        saveProfile: ({ profile: one }: { profile: Profile }) => {
          saved.push(one);
          return {};
        },
      },
    });
    await fireEvent.contextMenu(await screen.findByRole('treeitem', { name: /Gateway/ }));
    await fireEvent.click(await screen.findByRole('menuitem', { name: 'Probe…' }));
    const form = await dialog();
    await form.findByText(/Nobody vouches for the certificate/);
    expect(form.getByText(/has not proved who it is: DEPTH_ZERO/)).toBeVisible();
    expect(form.queryByRole('button', { name: 'Save in the profile' })).toBeNull();
    await fireEvent.click(form.getByRole('button', { name: /Trust this certificate and probe/ }));
    await waitFor(() => expect(probedAddresses()).toHaveLength(2));
    const trusting = `tls:device:8883,fingerprint=${'ab'.repeat(32)}`;
    expect(form.getByRole('textbox', { name: 'Address' })).toHaveValue(trusting);
    await fireEvent.click(await form.findByRole('button', { name: 'Save in the profile' }));
    await waitFor(() => expect(saved.map(({ address }) => address)).toEqual([trusting]));
  });

  test('stopped by its button and with its dialog; what is none is said beside the address', async () => {
    const answers: ((of: Probed) => void)[] = [];
    bench = await openWindow({
      engine: {
        probe: () => new Promise<Probed>((resolve) => answers.push(resolve)),
        cancelProbe: () => {
          answers.shift()?.(probed({ cancelled: true }));
          return {};
        },
      },
    });
    bench.app.commands.run('probe');
    const form = await dialog();
    const input = form.getByRole('textbox', { name: 'Address' });
    for (const [text, said] of [
      ['tcp:device', /port/],
      ['udp:device:1', /udp: addresses cannot be probed/],
    ] as const) {
      await fireEvent.input(input, { target: { value: text } });
      await fireEvent.click(form.getByRole('button', { name: 'Probe' }));
      expect(await form.findByRole('alert')).toHaveTextContent(said);
      expect(input).toHaveFocus();
    }
    expect(probedAddresses()).toEqual([]);
    await fireEvent.input(input, { target: { value: 'tcp:device:1' } });
    await fireEvent.click(form.getByRole('button', { name: 'Probe' }));
    await form.findByText('Probing tcp:device:1 …');
    await fireEvent.click(form.getByRole('button', { name: 'Cancel' }));
    await form.findByText('Cancelled before there was an answer.');
    await fireEvent.click(form.getByRole('button', { name: 'Probe' }));
    await waitFor(() => expect(probedAddresses()).toHaveLength(2));
    bench.app.shell.close();
    await waitFor(() => expect(bench.named('cancelProbe')).toHaveLength(2));
    const jobs = asked().map(({ job }) => ({ job }));
    expect(bench.named('cancelProbe').map(({ params }) => params)).toEqual(jobs);
    expect(jobs[0]).not.toEqual(jobs[1]);
  });

  test('of a list: a table as it comes, the connected only, stopped, and connected to', async () => {
    const answers: ((of: SweepNews) => void)[] = [];
    const outcome = (n: number, of: Partial<Probed>) => ({
      ...{ n, address: `tcp:plc:${n + 1}`, endedAt: 0, probed: probed(of) },
    });
    const counts = { total: 5000, open: 1, ms: 10, over: false, cancelled: false };
    bench = await openWindow({
      engine: {
        open: () => ({ socket: 1 }),
        sweep: () => ({ total: 5000 }),
        sweepNews: () => new Promise<SweepNews>((resolve) => answers.push(resolve)),
        cancelProbe: () => {
          answers.shift()?.({ ...counts, outcomes: [], done: 101, over: true, cancelled: true });
          return {};
        },
      },
    });
    bench.app.commands.run('probe');
    const form = await dialog();
    const input = form.getByRole('textbox', { name: 'Address' });
    await fireEvent.input(input, { target: { value: 'tcp:plc:20-10' } });
    await fireEvent.click(form.getByRole('button', { name: 'Probe' }));
    expect(await form.findByRole('alert')).toHaveTextContent(/Did you mean “10-20”/);
    await fireEvent.input(input, { target: { value: 'tcp:plc:1-5000' } });
    expect(form.getByRole('button', { name: 'Connect' })).toHaveAttribute('aria-disabled', 'true');
    await fireEvent.click(form.getByRole('button', { name: 'Probe' }));
    await waitFor(() => expect(answers).toHaveLength(1));
    const outcomes = Array.from({ length: 100 }, (_, n) => outcome(n, { error: refused }));
    answers.shift()?.({ ...counts, outcomes: [...outcomes, outcome(501, {})], done: 101 });
    await form.findByText('Sweeping: 101 of 5000 tried, 1 connected');
    expect(form.getByRole('table')).toHaveAttribute('aria-rowcount', '102');
    // Of many only those in sight are made.
    expect(form.getAllByRole('row').length).toBeLessThan(40);
    expect(form.getAllByText('ECONNREFUSED connect (-111)').length).toBeGreaterThan(9);
    await fireEvent.click(form.getByRole('checkbox', { name: 'Connected only' }));
    expect(form.getAllByRole('row')).toHaveLength(2);
    await waitFor(() => expect(answers).toHaveLength(1));
    await fireEvent.click(form.getByRole('button', { name: 'Cancel' }));
    await form.findByText('Cancelled: 101 of 5000 tried, 1 connected');
    const [asked] = bench.named('sweep');
    expect(asked?.params).toMatchObject({ targets: ['tcp:plc:1-5000'] });
    await fireEvent.click(form.getByRole('button', { name: 'Connect to tcp:plc:502' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(bench.named('open').map(({ params }) => params)).toEqual([{ address: 'tcp:plc:502' }]);
  });
});
