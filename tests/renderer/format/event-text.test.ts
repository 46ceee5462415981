import { afterEach, expect, test } from 'vitest';
import { eventText } from '../../../src-renderer/format/event-text';
import { clockTime } from '../../../src-renderer/format/times';
import { overwriteGetLocale, type Locale } from '../../../src-renderer/i18n/generated/runtime';
import { lossText } from '../../../src-main/engine/capture/format/loss-text';
import { gapNote } from '../../../src-main/engine/capture/format/row-rules';
import type { RowEvent } from '../../../src-shared/contract/row';

let locale: Locale = 'en';
overwriteGetLocale(() => locale);
afterEach(() => {
  locale = 'en';
});

const since = '2026-01-31T10:00:00.000Z';
const shown = clockTime(Date.parse(since), { microseconds: false });

/** As the engine writes them; the second is in words of the window. */
test.each<[RowEvent, string, string, string]>([
  [
    'idle',
    '1.5 s, nothing received: warn',
    'Silent for too long · After 1.5 s with nothing received: a warning',
    '空闲超时 · 1.5 s 没有收到消息后：发出警告',
  ],
  [
    'gap',
    `12 chunks, 3456 bytes, 2 states not recorded since ${since}`,
    `Not recorded · 12 chunks, 3456 bytes, 2 states not recorded since ${shown}`,
    `未录制 · 自 ${shown} 起有 12 个数据块、3456 字节、2 个状态未录制`,
  ],
  [
    'gap',
    '7 bytes that were sent are not in the capture',
    'Not recorded · 7 bytes that were sent are not in the capture',
    '未录制 · 发送的 7 字节不在捕获文件中',
  ],
  [
    'gap',
    lossText({ since: 0, chunks: 1, bytes: 1, states: 1 }).replace(/since .*/, `since ${since}`),
    `Not recorded · 1 chunk, 1 byte, 1 state not recorded since ${shown}`,
    `未录制 · 自 ${shown} 起有 1 个数据块、1 字节、1 个状态未录制`,
  ],
  [
    'gap',
    gapNote(1, true).text ?? '',
    'Not recorded · 1 byte that was sent is not in the capture',
    '未录制 · 发送的 1 字节不在捕获文件中',
  ],
  [
    'kernel-dropped',
    '9 datagrams',
    'Dropped by the system before we could read · 9 datagrams',
    '系统在读取之前已丢弃 · 9 个数据报',
  ],
  [
    'recovered',
    'the recording ended without being closed; no block was cut',
    'Cleaned afterwards · the recording ended without being closed; nothing had to be cut',
    '事后已清理 · 录制未正常关闭就已结束；无需截去任何内容',
  ],
  // Of another version, or of another program.
  ['gap', 'something else', 'Not recorded · something else', '未录制 · something else'],
])('%s: %s', (event, text, english, chinese) => {
  expect(eventText({ event, text })).toBe(english);
  locale = 'zh-CN';
  expect(eventText({ event, text })).toBe(chinese);
});
