import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import axe from 'axe-core';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { Call, OptionReading } from '../../../src-shared/contract/control-commands';
import type { TlsDetails } from '../../../src-shared/contract/tls';
import {
  openWindow,
  type FakeWindow,
  type FakeWindowOptions,
  useWindow,
} from '../shell/fake-window';
import { dataRow, rowsOf, settle, socketInfo } from '../state/fakes';

let bench: FakeWindow;

// Loaded when it is first wanted; on a busy machine that takes longer than a test waits.
beforeAll(async () => {
  await import('../../../src-renderer/ui/details/SocketDetails.svelte');
  await import('../../../src-renderer/ui/network/NetworkDialog.svelte');
}, 60_000);
// Roles are looked up in the whole window, which takes jsdom long on a machine that does other things.
vi.setConfig({ testTimeout: 30_000 });

useWindow(() => bench);

const listener = socketInfo({
  id: 1,
  address: 'tcp-listen:9000',
  local: { host: '0.0.0.0', port: 9000 },
  accepting: true,
});
const client = socketInfo({
  id: 2,
  parent: 1,
  kind: 'tcp-connection',
  address: 'tcp:10.0.0.2:4000',
  remote: { host: '10.0.0.2', port: 4000 },
  local: { host: '10.0.0.1', port: 9000 },
});

async function opened(options: FakeWindowOptions['engine'] = {}, show = 1): Promise<void> {
  bench = await openWindow({ engine: options });
  await bench.tell({ sockets: [{ ...listener, openChildren: 1 }, client] });
  bench.app.workspace.show(show);
  await settle();
}

async function section(name: string): Promise<HTMLElement> {
  if (bench.app.shell.details === null) bench.app.commands.run('details');
  const tab = await screen.findByRole('tab', { name });
  // As a pointer does it: jsdom has no pointer events of its own.
  await fireEvent.click(tab);
  await settle();
  return screen.getByRole('region', { name: 'Socket' });
}

async function violations(): Promise<string[]> {
  const result = await axe.run(document, { rules: { 'color-contrast': { enabled: false } } });
  return result.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`);
}

test('nothing of it is asked for before it is opened, and Ctrl+E opens and closes it', async () => {
  await opened();
  expect(screen.queryByRole('region', { name: 'Socket' })).toBeNull();
  await fireEvent.keyDown(document.body, { key: 'e', ctrlKey: true });
  expect(await screen.findByRole('region', { name: 'Socket' })).toBeVisible();
  expect(['socketOptions', 'calls', 'tlsDetails'].flatMap(bench.named)).toEqual([]);
  await fireEvent.keyDown(document.body, { key: 'e', ctrlKey: true });
  await waitFor(() => expect(screen.queryByRole('region', { name: 'Socket' })).toBeNull());
});

test('the name of a peer is looked up when asked for, and why there is no MAC', async () => {
  const names = ['device.local', '<b>x</b>\u202e'];
  const answer = { names, error: null, ms: 2, mac: null, macReason: 'router' };
  await opened({ peerNames: () => answer }, 2);
  const panel = within(await section('Endpoint'));
  expect(bench.named('peerNames')).toEqual([]);
  await fireEvent.click(panel.getByRole('button', { name: 'Look up name' }));
  await settle();
  expect(bench.named('peerNames')[0]?.params).toEqual({ address: '10.0.0.2' });
  expect(panel.getByRole('button', { name: 'Copy: Name' })).toBeVisible();
  expect(panel.getByText('<b>x</b>\\u{202e}')).toBeVisible();
  expect(panel.getByText('not seen: it is behind a router')).toBeVisible();
  const bar = screen.getByRole('region', { name: 'Socket shown' });
  expect(within(bar).getByText('device.local')).toBeVisible();
});

describe('controls', () => {
  const handlers = {
    setAccepting: () => ({}),
    setLimits: () => ({}),
    pauseReading: () => ({}),
    reset: () => ({}),
    setBehaviour: () => ({}),
  };

  test('of a listener stop accepting, limit and block', async () => {
    await opened(handlers);
    const panel = within(await section('Controls'));
    await fireEvent.click(panel.getByRole('button', { name: 'Stop accepting' }));
    await settle();
    expect(bench.named('setAccepting').at(-1)?.params).toEqual({ socket: 1, accepting: false });
    await bench.tell({ sockets: [{ ...listener, openChildren: 1, accepting: false }] });
    expect(panel.getByRole('button', { name: 'Accept again' })).toBeVisible();

    const limit = panel.getByRole('textbox', { name: 'At most' });
    await fireEvent.input(limit, { target: { value: 'many' } });
    await fireEvent.submit(limit);
    expect(panel.getByRole('alert')).toHaveTextContent('whole number from 1 up');
    await fireEvent.input(limit, { target: { value: '3' } });
    await fireEvent.submit(limit);
    const block = panel.getByRole('textbox', { name: 'Block' });
    await fireEvent.input(block, { target: { value: '10.0.0.0/8' } });
    await settle();
    await fireEvent.submit(block);
    await settle();
    expect(bench.named('setLimits').map(({ params }) => params)).toEqual([
      { socket: 1, maxClients: 3, block: [] },
      { socket: 1, maxClients: null, block: ['10.0.0.0/8'] },
    ]);
  });

  test('of a relay its target, and of what sends its rate; a wrong one is told in place', async () => {
    await opened({ ...handlers, setOption: () => ({}) });
    const relay = { ...listener, behaviour: 'relay' as const, relayTo: 'tcp:10.0.0.9:502' };
    await bench.tell({ sockets: [{ ...relay, sendRateBytes: 65_536, sendQueueBytes: 2048 }] });
    const panel = within(await section('Controls'));
    const target = panel.getByLabelText('Target');
    expect(target).toHaveValue('tcp:10.0.0.9:502');
    await fireEvent.input(target, { target: { value: 'udp:10.0.0.9:502' } });
    await fireEvent.submit(target);
    panel.getByText(/^“udp:10\.0\.0\.9:502” is no target/);
    await fireEvent.input(target, { target: { value: 'tls:10.0.0.9:502,verify=off' } });
    await fireEvent.submit(target);
    await settle();
    expect(bench.named('setBehaviour').map(({ params }) => params)).toEqual([
      { socket: 1, behaviour: 'relay', reply: null, relayTo: 'tls:10.0.0.9:502,verify=off' },
    ]);
    const rate = panel.getByLabelText('No faster than');
    expect(rate).toHaveValue('64KiB');
    panel.getByText('2.0 KiB waiting to be sent');
    await fireEvent.input(rate, { target: { value: 'fast' } });
    await fireEvent.submit(rate);
    panel.getByText(/^A rate is a number/);
    await fireEvent.input(rate, { target: { value: '' } });
    await fireEvent.submit(rate);
    await settle();
    expect(bench.named('setOption').map(({ params }) => params)).toEqual([
      { socket: 1, option: 'send-rate', value: 'off' },
    ]);
  });

  test('of a listener who is connected, since when, what passed, and whom to send to', async () => {
    await opened(handlers);
    const other = { ...client, id: 3, remote: { host: '10.0.0.3', port: 4000 } };
    const ledger = { ...client.ledger, receivedBytes: 2048, sentBytes: 7 };
    await bench.tell({
      sockets: [
        { ...listener, openChildren: 2 },
        { ...other, ledger },
      ],
    });
    const table = within(within(await section('Controls')).getByRole('table'));
    expect(table.getByText('2.0 KiB')).toBeVisible();
    await fireEvent.click(table.getByRole('checkbox', { name: 'Send to 10.0.0.3:4000' }));
    await settle();
    expect(screen.getByText('Those picked (1)')).toBeVisible();
  });

  test('of a listener block a client and cut it', async () => {
    await opened(handlers);
    const panel = within(await section('Controls'));
    await fireEvent.click(panel.getByRole('button', { name: /^Block 10\.0\.0\.2/ }));
    await waitFor(() => expect(bench.named('reset')).toHaveLength(1));
    expect(bench.named('setLimits').at(-1)?.params).toEqual({
      socket: 1,
      maxClients: null,
      block: ['10.0.0.2'],
    });
    expect(bench.named('reset')[0]?.params).toEqual({ socket: 2 });
  });

  test('of a connection pause reading, by button and by key; the rest is off with its reason', async () => {
    await opened(handlers, 2);
    const panel = within(await section('Controls'));
    await fireEvent.click(panel.getByRole('button', { name: 'Pause reading' }));
    await fireEvent.keyDown(document.body, { key: 'e', ctrlKey: true, shiftKey: true });
    await settle();
    expect(bench.named('pauseReading').map(({ params }) => params)).toEqual([
      { socket: 2, paused: true },
      { socket: 2, paused: true },
    ]);
    const stop = panel.getByRole('button', { name: 'Stop accepting' });
    expect(stop).toHaveAttribute('aria-disabled', 'true');
    await fireEvent.click(stop);
    expect(bench.named('setAccepting')).toEqual([]);
    expect(panel.getAllByText('only for a listener')).not.toHaveLength(0);
    await bench.tell({ sockets: [{ ...client, readingPaused: true }] });
    expect(panel.getByRole('button', { name: 'Resume reading' })).toBeVisible();
    // Seen without looking for it: in the endpoint bar, the tree and the status bar.
    expect(screen.getAllByText(/Reading is paused|Reading paused/).length).toBeGreaterThanOrEqual(
      3,
    );
  });

  test('that the engine refuses say why in their place', async () => {
    await opened(
      {
        ...handlers,
        startTls: () => {
          throw new Error('"cert" is missing');
        },
      },
      2,
    );
    const panel = within(await section('Controls'));
    const options = panel.getByRole('textbox', { name: 'Options' });
    await fireEvent.input(options, { target: { value: ',verify=off' } });
    await fireEvent.submit(options);
    expect(await panel.findByRole('alert')).toHaveTextContent('"cert" is missing');
    expect(bench.named('startTls').at(-1)?.params).toEqual({ socket: 2, options: 'verify=off' });
    expect(bench.complaints.splice(0)).toEqual(['"cert" is missing']);
  });
});

test('groups are joined and left, and a wrong one is told before it is asked', async () => {
  bench = await openWindow({ engine: { joinGroup: () => ({}), leaveGroup: () => ({}) } });
  const group = { group: '239.1.2.3', interface: 'eth0', source: null, joined: true };
  await bench.tell({
    sockets: [
      socketInfo({ id: 1, kind: 'udp-socket', address: 'udp-listen:9000', groups: [group] }),
    ],
  });
  bench.app.workspace.show(1);
  const panel = within(await section('Controls'));
  const field = panel.getByRole('textbox', { name: 'Group' });
  await fireEvent.input(field, { target: { value: '10.0.0.1' } });
  await fireEvent.submit(field);
  expect(panel.getByRole('alert')).toHaveTextContent('A group is an address');
  await fireEvent.input(field, { target: { value: '239.9.9.9' } });
  const source = panel.getByRole('textbox', { name: 'Source' });
  await fireEvent.input(source, { target: { value: 'fe80::1' } });
  await fireEvent.submit(field);
  expect(source).toHaveAccessibleDescription(/^A source is one address of the family/);
  await fireEvent.input(source, { target: { value: '' } });
  await fireEvent.submit(field);
  await settle();
  await fireEvent.click(panel.getByRole('button', { name: 'Leave 239.1.2.3' }));
  await settle();
  expect(bench.named('joinGroup')[0]?.params).toEqual({
    ...{ socket: 1, group: '239.9.9.9', interface: null, source: null },
  });
  expect(bench.named('leaveGroup')[0]?.params).toEqual({
    ...{ socket: 1, group: '239.1.2.3', interface: 'eth0', source: null },
  });
});

describe('options', () => {
  const reading = (over: Partial<OptionReading>): OptionReading => ({
    ...{ constant: 'TCP_NODELAY', option: 'nodelay', requested: null, effective: 'off' },
    ...{ settable: 'live', reason: null, ...over },
  });
  const options = [
    reading({}),
    reading({ constant: 'SO_KEEPALIVE', option: 'keepalive', requested: '30s', effective: '30s' }),
    reading({
      ...{ constant: 'SO_LINGER', option: null, effective: null },
      ...{ settable: 'no', reason: 'node-cannot' },
    }),
  ];

  test('are switched, changed in place, and refused in place', async () => {
    let refused = true;
    await opened(
      {
        socketOptions: () => ({ options }),
        setOption: ({ option }: { option: string }) => {
          if (option === 'keepalive' && refused) throw new Error('"soon" is not a time');
          return {};
        },
      },
      2,
    );
    const panel = within(await section('Options'));
    const row = panel.getByRole('row', { name: /SO_LINGER/ });
    expect(row).toHaveTextContent('Node has no call for it');
    expect(panel.getByRole('row', { name: /^DTLS/ })).toHaveTextContent('native code');
    await fireEvent.click(panel.getByRole('button', { name: 'Switch TCP_NODELAY to on' }));
    await settle();
    await fireEvent.click(panel.getByRole('button', { name: 'Change SO_KEEPALIVE' }));
    const field = panel.getByRole('textbox', { name: 'Value of SO_KEEPALIVE' });
    expect(field).toHaveFocus();
    await fireEvent.input(field, { target: { value: 'soon' } });
    await fireEvent.submit(field);
    expect(await panel.findByRole('alert')).toHaveTextContent('"soon" is not a time');
    expect(field).toHaveAttribute('aria-invalid', 'true');
    refused = false;
    await fireEvent.input(field, { target: { value: '10s' } });
    await fireEvent.submit(field);
    await waitFor(() => expect(panel.queryByRole('textbox')).toBeNull());
    expect(bench.named('setOption').map(({ params }) => params)).toEqual([
      { socket: 2, option: 'nodelay', value: 'on' },
      { socket: 2, option: 'keepalive', value: 'soon' },
      { socket: 2, option: 'keepalive', value: '10s' },
    ]);
    expect(bench.complaints.splice(0)).toEqual(['"soon" is not a time']);
    expect(await violations()).toEqual([]);
  });
});

test('calls are told with their result, and what they are for', async () => {
  const call = (over: Partial<Call>): Call => ({
    ...{ at: Date.UTC(2026, 10, 22), call: 'socket', arguments: 'AF_INET, SOCK_STREAM' },
    ...{ result: '3', error: null, count: 1, bytes: 0, ms: null, ...over },
  });
  const calls = [
    call({}),
    call({
      ...{ call: 'connect', arguments: '3, 10.0.0.9:1', result: null },
      error: { code: 'ECONNREFUSED', errno: -111, message: 'refused' },
    }),
    call({ call: 'recv', arguments: '3', result: null, count: 12, bytes: 3000 }),
  ];
  await opened({ calls: () => ({ calls, dropped: 4 }) }, 2);
  const panel = within(await section('Calls'));
  expect(panel.getByText('4 calls in the middle are not kept.')).toBeVisible();
  expect(panel.getByText('socket(AF_INET, SOCK_STREAM)')).toBeVisible();
  expect(panel.getByText('= -1 ECONNREFUSED (-111)')).toBeVisible();
  expect(panel.getByText('recv(3) × 12')).toBeVisible();
  expect(panel.getByText('= 3000 bytes')).toBeVisible();
  expect(panel.getByText(/^TCP: the handshake with the other side/)).toBeInTheDocument();
  expect(await violations()).toEqual([]);
});

test('TLS shows who the peer is, and why it is not trusted', async () => {
  const details: TlsDetails = {
    ...{ state: 'secure', protocol: 'TLSv1.3', cipher: 'TLS_AES_128_GCM_SHA256', alpn: null },
    ...{
      verified: false,
      trustedBy: null,
      reason: 'CERT_HAS_EXPIRED',
      role: 'client',
      servername: 'device.local',
    },
    ...{
      sessionReused: false,
      ephemeralKey: null,
      handshakeMs: 12.5,
      pskIdentity: null,
      own: [],
      handshake: [
        {
          ...{ direction: 'out', ms: 0.4, name: 'ClientHello', bytes: 517 },
          facts: [{ name: 'server_name', value: '<i>\u202ex' }],
        },
        { direction: 'in', ms: 3.25, name: 'encrypted', bytes: 900, facts: [] },
      ],
    },
    peer: [
      {
        ...{ subject: 'CN=device.local', issuer: 'CN=Test CA', altNames: ['DNS:device.local'] },
        ...{ serial: '01', validFrom: Date.UTC(2020, 0, 1), validTo: Date.UTC(2021, 0, 1) },
        ...{ fingerprint256: 'AA:BB', key: 'RSA 2048', selfSigned: false },
      },
    ],
  };
  const { state, protocol, cipher, alpn, verified, trustedBy, reason, sessionReused } = details;
  const tls = { state, protocol, cipher, alpn, verified, trustedBy, reason, sessionReused };
  await opened({ tlsDetails: () => details }, 2);
  await bench.tell({
    sockets: [{ ...client, tls }],
  });
  const panel = within(await section('TLS'));
  expect(await panel.findByText(/not proved who it is: CERT_HAS_EXPIRED/)).toBeVisible();
  expect(panel.getByText('It has expired.')).toBeVisible();
  expect(panel.getByRole('button', { name: 'Copy: SHA-256' })).toBeVisible();
  const messages = panel.getByText('ClientHello').closest('li');
  expect(messages).toHaveTextContent(/TX\s*ClientHello\s*517 B, 0\.4 ms/);
  expect(messages).toHaveTextContent('server_name <i>\\u{202e}x');
  expect(
    screen.getAllByRole('button', { name: /the peer is not verified: CERT_HAS_EXPIRED/ }),
  ).not.toHaveLength(0);
  expect(await violations()).toEqual([]);
});

test('selected rows become code, and it is what is copied', async () => {
  const rows = [
    dataRow(0, { direction: 'out', socket: 2, preview: new Uint8Array([1, 2]) }),
    dataRow(1, { direction: 'in', socket: 2, preview: new Uint8Array([3]) }),
  ];
  await opened(
    {
      openView: () => ({ length: 2 }),
      rows: rowsOf(
        () => 2,
        (index) => rows[index] ?? dataRow(index),
      ),
      rowBytes: ({ indexes }: { indexes: number[] }) => ({
        chunks: indexes.map((index) => rows[index]?.preview ?? new Uint8Array()),
        truncated: false,
      }),
    },
    2,
  );
  bench.app.workspace.tabs.active?.log.cursor.selectAll();
  const panel = within(await section('Code'));
  const code = await panel.findByLabelText('The code');
  await waitFor(() => expect(code).toHaveTextContent("s.sendall(b'\\x01\\x02')"));
  expect(code).toHaveTextContent("expect(s, b'\\x03')");
  expect(code).toHaveTextContent('tcp-listen:9000');
  await fireEvent.click(panel.getByRole('button', { name: 'Copy the code' }));
  await settle();
  expect(bench.copied.at(-1)).toContain('listener.bind');
  expect(await violations()).toEqual([]);
});

test('the network panel tells of interfaces, ways and owners', async () => {
  const address = {
    ...{ address: '192.168.1.20', family: 'IPv4', netmask: '255.255.255.0', prefixBits: 24 },
    ...{ broadcast: '192.168.1.255', scope: 'global' },
  } as const;
  const eth0 = { name: 'eth0', mac: '02:00:00:00:00:01', loopback: false, up: true };
  bench = await openWindow({
    engine: {
      network: () => ({ interfaces: [{ ...eth0, addresses: [address] }] }),
      route: () => ({
        paths: [
          {
            ...{
              address: '192.168.2.9',
              family: 'IPv4',
              source: '192.168.1.20',
              interface: 'eth0',
            },
            ...{ via: 'router', gateway: '192.168.1.1', error: null },
            mismatch: { ...address, interface: 'eth0' },
          },
        ],
        ...{ error: null, resolveMs: null },
      }),
      portOwner: () => ({
        holders: [{ local: { host: '0.0.0.0', port: 502 }, pid: 12, name: 'device', user: 'root' }],
        reason: null,
      }),
    },
  });
  const Overlays = (await import('../../../src-renderer/ui/shell/Overlays.svelte')).default;
  expect(Overlays).toBeDefined();
  bench.app.commands.run('network');
  const dialog = within(await screen.findByRole('dialog', { name: 'Network of this computer' }));
  expect(await dialog.findByText('192.168.1.20/24')).toBeVisible();
  const host = dialog.getByRole('textbox', { name: 'Which interface reaches…' });
  await fireEvent.input(host, { target: { value: '192.168.2.9' } });
  await fireEvent.submit(host);
  expect(await dialog.findByText(/goes over eth0 and the router 192\.168\.1\.1/)).toBeVisible();
  expect(dialog.getByText(/outside the network of eth0 \(192\.168\.1\.20\/24\)/)).toBeVisible();
  const port = dialog.getByRole('textbox', { name: 'Who has the port…' });
  await fireEvent.input(port, { target: { value: '99999' } });
  await fireEvent.submit(port);
  expect(dialog.getByRole('alert')).toHaveTextContent('1 to 65535');
  await fireEvent.input(port, { target: { value: '502' } });
  await fireEvent.submit(port);
  expect(await dialog.findByText('0.0.0.0:502: device (pid 12), run by root')).toBeVisible();
  await bench.tell({ network: [{ ...eth0, addresses: [] }] });
  expect(dialog.getByText(/eth0 changed/)).toBeVisible();
  expect(await violations()).toEqual([]);
  await fireEvent.keyDown(document.activeElement ?? document.body, { key: 'Escape' });
  await waitFor(() => expect(bench.named('network').at(-1)?.params).toEqual({ watch: false }));
});
