import { expect, test } from 'vitest';
import { isTrustedSender } from '../../src-main/sender';

const own = 'app://bundle/index.html';

test('takes commands from the main frame of the own page only', () => {
  expect(isTrustedSender({ url: own, parent: null }, null)).toBe(true);
  expect(isTrustedSender(null, null)).toBe(false);
  expect(isTrustedSender({ url: own, parent: {} }, null)).toBe(false);
  expect(isTrustedSender({ url: 'app://evil/index.html', parent: null }, null)).toBe(false);
  expect(isTrustedSender({ url: 'about:blank', parent: null }, null)).toBe(false);
  expect(isTrustedSender({ url: '', parent: null }, null)).toBe(false);
});

test('the dev server counts only when there is one', () => {
  const frame = { url: 'http://127.0.0.1:5173/', parent: null };
  expect(isTrustedSender(frame, 'http://127.0.0.1:5173/')).toBe(true);
  expect(isTrustedSender(frame, null)).toBe(false);
});
