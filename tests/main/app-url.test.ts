import { describe, expect, test } from 'vitest';
import {
  devServerOf,
  fileFor,
  isInside,
  isOwnDocument,
  isOwnPage,
  isOwnRequest,
} from '../../src-main/app-url';

const DEV = 'http://127.0.0.1:5173/';

describe('fileFor', () => {
  test.each([
    ['app://bundle/', '/r/index.html', 'text/html; charset=utf-8'],
    ['app://bundle/index.html?x=1#y', '/r/index.html', 'text/html; charset=utf-8'],
    ['app://bundle/assets/a%20b-C_1.js', '/r/assets/a b-C_1.js', 'text/javascript; charset=utf-8'],
    // The URL parser takes the dots: still inside.
    ['app://bundle/../../etc/passwd.css', '/r/etc/passwd.css', 'text/css; charset=utf-8'],
  ])('%s is %s', (url, path, mime) => expect(fileFor(url, '/r')).toEqual({ path, mime }));

  test.each([
    'app://elsewhere/index.html',
    'app://bundle.evil/index.html',
    'https://bundle/index.html',
    'file:///r/index.html',
    'app://bundle/..%2f..%2fetc%2fpasswd.css',
    'app://bundle/%2e%2e%2fr2%2fa.js',
    'app://bundle/..%2fr2%2fa.js',
    'app://bundle/%00.html',
    'app://bundle/a.js%00.html',
    'app://bundle/%5c..%5cx.js',
    'app://bundle/%zz.html',
    'app://bundle/assets/',
    'app://bundle/package',
    'app://bundle/secret.txt',
    'app://bundle/c:%5cx.js',
    'not a url',
  ])('%s is refused', (url) => expect(fileFor(url, '/r')).toBeNull());
});

test('isInside compares whole names of folders', () => {
  expect(isInside('/r/a', '/r')).toBe(true);
  expect(isInside('/r/..a', '/r')).toBe(true);
  expect(isInside('/r', '/r')).toBe(false);
  expect(isInside('/r2/a', '/r')).toBe(false);
  expect(isInside('/', '/r')).toBe(false);
});

test('isOwnPage knows the bundle, and the dev server if there is one', () => {
  expect(isOwnPage('app://bundle/index.html', null)).toBe(true);
  expect(isOwnPage('app://bundle/other.html', null)).toBe(true);
  expect(isOwnPage(DEV, DEV)).toBe(true);
  for (const url of [
    DEV,
    'app://bundle.evil/',
    'app://evil/',
    'app://user@bundle/index.html',
    'about:blank',
    '',
    'data:text/html,app://bundle/',
    'https://bundle/',
  ])
    expect(isOwnPage(url, null), url).toBe(false);
  expect(isOwnPage('http://127.0.0.1:5174/', DEV)).toBe(false);
  expect(isOwnPage('http://127.0.0.1:5173.evil.example/', DEV)).toBe(false);
});

test('the window may go to its own document only', () => {
  expect(isOwnDocument('app://bundle/index.html#a', null)).toBe(true);
  expect(isOwnDocument(DEV, DEV)).toBe(true);
  for (const url of ['app://bundle/', 'app://bundle/assets/a.svg', 'app://evil/index.html', DEV])
    expect(isOwnDocument(url, null), url).toBe(false);
  expect(isOwnDocument('http://127.0.0.1:5173/@fs/etc/passwd', DEV)).toBe(false);
});

test('nothing on a network is requested, nor a file', () => {
  for (const url of ['app://bundle/a.js', 'data:,x', 'blob:app://bundle/1', 'devtools://x/y.html'])
    expect(isOwnRequest(url, null), url).toBe(true);
  expect(isOwnRequest('ws://127.0.0.1:5173/?token=1', DEV)).toBe(true);
  for (const url of ['https://example.com/', 'file:///etc/passwd', 'ws://127.0.0.1:5173/', DEV, ''])
    expect(isOwnRequest(url, null), url).toBe(false);
  expect(isOwnRequest('ws://127.0.0.1:9222/devtools/', DEV)).toBe(false);
});

test('a dev server counts only on this machine, and never for a packaged app', () => {
  expect(devServerOf({ VITE_DEV_SERVER_URL: DEV }, false)).toBe(DEV);
  expect(devServerOf({ VITE_DEV_SERVER_URL: DEV }, true)).toBeNull();
  expect(devServerOf({}, false)).toBeNull();
  expect(devServerOf({ VITE_DEV_SERVER_URL: 'http://evil.example/' }, false)).toBeNull();
  expect(devServerOf({ VITE_DEV_SERVER_URL: 'file:///x' }, false)).toBeNull();
});
