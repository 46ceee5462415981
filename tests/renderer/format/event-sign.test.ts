import { expect, test } from 'vitest';
import { rowSign } from '../../../src-renderer/format/event-sign';
import { ROW_EVENTS } from '../../../src-shared/contract/row-words';

test('bytes have their arrow, whatever is noted beside them', () => {
  expect(rowSign({ direction: 'in', note: { event: 'unexpected-source' } })).toBe('←');
  expect(rowSign({ direction: 'out', note: null })).toBe('→');
});

test('every event has a sign of one character', () => {
  for (const event of ROW_EVENTS)
    expect(rowSign({ direction: 'state', note: { event } }), event).toMatch(/^\S$/u);
  expect(rowSign({ direction: 'state', note: { event: 'paused' } })).toBe('‖');
  expect(rowSign({ direction: 'state', note: { event: 'closed' } })).toBe('•');
  expect(rowSign({ direction: 'fault', note: { event: 'failed' } })).toBe('!');
});
