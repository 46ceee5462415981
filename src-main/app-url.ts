import { extname, join, relative, isAbsolute } from 'node:path';

export const APP_SCHEME = 'app';
const HOST = 'bundle';

/** The one document of the window. */
export const APP_PAGE = `${APP_SCHEME}://${HOST}/index.html`;

const MIME: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.map': 'application/json; charset=utf-8',
};

/** The dev server's page, or null. A packaged app never has one, whatever its environment says. */
export function devServerOf(
  env: Readonly<Record<string, string | undefined>>,
  packaged: boolean,
): string | null {
  const url = parse(env['VITE_DEV_SERVER_URL'] ?? '');
  if (packaged || url?.protocol !== 'http:' || url.hostname !== '127.0.0.1') return null;
  return url.href;
}

/** Whether a frame showing `url` is the app's own: the bundle, or the dev server's origin. */
export function isOwnPage(url: string, devServer: string | null): boolean {
  const parsed = parse(url);
  if (!parsed) return false;
  if (parsed.protocol === `${APP_SCHEME}:`) return parsed.host === HOST && parsed.username === '';
  return devServer !== null && parsed.origin === new URL(devServer).origin;
}

/** Whether the window may go to `url`: its own document again (a reload), and nowhere else. */
export function isOwnDocument(url: string, devServer: string | null): boolean {
  const parsed = parse(url);
  if (!parsed || !isOwnPage(url, devServer)) return false;
  if (devServer !== null && parsed.href === devServer) return true;
  return parsed.pathname === '/index.html' && `${parsed.protocol}//${parsed.host}` === appOrigin();
}

/**
 * Whether a page may request `url` at all: the bundle, what the page made itself (`data:`, `blob:`),
 * the developer tools, and the dev server with its socket for updates. Nothing on a network.
 */
export function isOwnRequest(url: string, devServer: string | null): boolean {
  const parsed = parse(url);
  if (!parsed) return false;
  if (['data:', 'blob:', 'devtools:'].includes(parsed.protocol)) return true;
  if (parsed.protocol === 'ws:' && devServer !== null)
    return parsed.host === new URL(devServer).host;
  return isOwnPage(url, devServer);
}

/**
 * The file under `folder` that a URL of the app scheme names, with its MIME type; null for another
 * host, a path that leaves the folder, bytes no path of ours has, or a type we do not serve.
 */
export function fileFor(url: string, folder: string): { path: string; mime: string } | null {
  const parsed = parse(url);
  if (!parsed || parsed.protocol !== `${APP_SCHEME}:` || parsed.host !== HOST) return null;
  const decoded = decode(parsed.pathname);
  if (decoded === null || !/^\/[\w./@ -]*$/.test(decoded)) return null;
  const path = join(folder, decoded === '/' ? 'index.html' : decoded);
  const mime = MIME[extname(path)];
  return mime !== undefined && isInside(path, folder) ? { path, mime } : null;
}

/** Whether `path` lies below `folder`. Both absolute; links are the caller's to resolve. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !/^\.\.[\\/]/.test(way) && !isAbsolute(way);
}

function appOrigin(): string {
  return `${APP_SCHEME}://${HOST}`;
}

function parse(url: string): URL | null {
  return URL.canParse(url) ? new URL(url) : null;
}

function decode(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null; // A percent sign that begins no byte.
  }
}
