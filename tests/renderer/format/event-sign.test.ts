import { expect, test } from 'vitest';
import { rowSign } from '../../../src-renderer/format/event-sign';
import { rowEvent } from '../../../src-shared/contract/row';

test('bytes have their arrow, whatever is noted beside them', () => {
  expect(rowSign({ direction: 'in', note: { event: 'unexpected-source' } })).toBe('←');
  expect(rowSign({ direction: 'out', note: null })).toBe('→');
});

test('every event has a sign of one character', () => {
  for (const event of rowEvent.options)
    expect(rowSign({ direction: 'state', note: { event } }), event).toMatch(/^\S$/u);
  expect(rowSign({ direction: 'state', note: { event: 'paused' } })).toBe('‖');
  expect(rowSign({ direction: 'state', note: { event: 'closed' } })).toBe('•');
  expect(rowSign({ direction: 'fault', note: { event: 'failed' } })).toBe('!');
});
