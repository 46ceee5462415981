import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, expect, test, vi } from 'vitest';
import { Composer } from '../../../src-renderer/state/composer.svelte';
import { DraftDesk } from '../../../src-renderer/state/drafts.svelte';
import { FileSendings } from '../../../src-renderer/state/file-sending.svelte';
import { Sockets } from '../../../src-renderer/state/sockets.svelte';
import ComposerPanel from '../../../src-renderer/ui/composer/ComposerPanel.svelte';
import type { FileSendResult } from '../../../src-shared/contract/file-send';
import { fakeEngine, fakeMain, socketInfo, update } from '../state/fakes';

afterEach(() => {
  vi.useRealTimers();
  cleanup();
});

const HALF = { name: 'firmware.bin', sentBytes: 5000, totalBytes: 20_000, ms: 1000 };
const STOPPED: FileSendResult = {
  ...HALF,
  end: 'cancelled',
  error: null,
  queuedBytes: 700,
  targets: 1,
  gone: 0,
};

function shown(kind: 'tcp-connection' | 'udp-peer', sendsTo: FileSendResult = STOPPED) {
  const sockets = new Sockets();
  const info = socketInfo({ id: 1, kind, address: 'tcp:10.0.0.1:502' });
  sockets.apply(update({ first: true, sockets: [info] }));
  let end: () => void = () => undefined;
  let ended: FileSendResult | null = null;
  const promised = new Promise<void>((resolve) => (end = resolve));
  const engine = fakeEngine({
    fileSendProgress: () => ({ progress: ended === null ? HALF : null, ended }),
    fileSends: () => ({ sockets: [1] }),
    cancelFileSend: () => {
      end();
      return {};
    },
  });
  void promised.then(() => (ended = sendsTo));
  const main = fakeMain({ sendFile: () => promised.then(() => ({ sent: sendsTo })) });
  const all = new FileSendings(engine, main);
  const files = all.of(1);
  render(ComposerPanel, { composer: new Composer(engine, sockets, 1, new DraftDesk()), files });
  return { main, engine, end, all };
}

test('a file goes at the rate that is written; how far it is stands there until it is stopped', async () => {
  vi.useFakeTimers();
  const { main, engine } = shown('tcp-connection');
  await fireEvent.click(screen.getByRole('button', { name: 'Send file…' }));
  const rate = screen.getByLabelText('Rate');
  await fireEvent.input(rate, { target: { value: 'fast' } });
  expect(screen.getByText(/A rate is a number with a unit/)).toBeInTheDocument();
  await fireEvent.click(screen.getByRole('button', { name: 'Choose file…' }));
  expect(main.calls).toEqual([]);

  await fireEvent.input(rate, { target: { value: '10 kB/s' } });
  await fireEvent.click(screen.getByRole('button', { name: 'Choose file…' }));
  expect(main.calls).toEqual([
    { name: 'sendFile', params: { socket: 1, target: { to: 'peer' }, rateBytes: 10_000 } },
  ]);
  await vi.advanceTimersByTimeAsync(300);
  const bar = screen.getByRole<HTMLProgressElement>('progressbar');
  expect([bar.value, bar.max]).toEqual([5000, 20_000]);
  expect(screen.getByText('5,000 B of 20,000 B handed over, 4.9 KiB/s, 3 s left')).toBeVisible();

  await fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  await vi.advanceTimersByTimeAsync(10);
  expect(engine.named('cancelFileSend')).toHaveLength(1);
  expect(
    screen.getByText(
      'firmware.bin: cancelled after 5,000 B of 20,000 B; the connection stays open. 700 B more still go out.',
    ),
  ).toBeVisible();
});

test('datagrams have a size, and what broke off says how many bytes went and what to do', async () => {
  vi.useFakeTimers();
  const broken = { code: 'ERR_FILE_SHRANK', message: 'shrank' };
  const { main, end } = shown('udp-peer', { ...STOPPED, end: 'file', error: broken });
  await fireEvent.click(screen.getByRole('button', { name: 'Send file…' }));
  const size = screen.getByLabelText('Bytes per datagram');
  await fireEvent.input(size, { target: { value: '70000' } });
  expect(screen.getByText('A datagram carries 1 to 65507 bytes.')).toBeInTheDocument();
  await fireEvent.input(size, { target: { value: '512' } });
  await fireEvent.click(screen.getByRole('button', { name: 'Choose file…' }));
  expect(main.calls[0]?.params).toMatchObject({ datagramBytes: 512 });
  end();
  await vi.advanceTimersByTimeAsync(10);
  expect(screen.getByText(/5,000 B went.*It became shorter meanwhile/)).toBeVisible();
});

test('a page that is loaded again shows the file that is on its way, and how it ends', async () => {
  vi.useFakeTimers();
  const { all, main, end } = shown('tcp-connection', {
    ...STOPPED,
    end: 'done',
    sentBytes: 20_000,
  });
  await all.takeUp(() => null);
  await vi.advanceTimersByTimeAsync(10);
  expect(screen.getByText('firmware.bin')).toBeVisible();
  expect(screen.getByText(/5,000 B of 20,000 B handed over/)).toBeVisible();
  end();
  await vi.advanceTimersByTimeAsync(300);
  expect(screen.queryByRole('progressbar')).toBeNull();
  expect(screen.getByText(/firmware\.bin: 20,000 B/)).toBeVisible();
  expect(main.calls).toEqual([]);
});
