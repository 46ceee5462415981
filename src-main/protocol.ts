import { readFileSync, realpathSync } from 'node:fs';
import { protocol, type Session } from 'electron';
import { APP_SCHEME, fileFor, isInside } from './app-url';
import { CONTENT_SECURITY_POLICY } from './csp';

const HEADERS = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

/** Must run before the app is ready. */
export function registerAppScheme(): void {
  // Node loads what is behind this class when it is first used: now there is time for it, between
  // the start of this process and 'ready'; later the page would wait for it.
  void new Response();
  protocol.registerSchemesAsPrivileged([
    {
      scheme: APP_SCHEME,
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
  ]);
}

/** Serves the files of `folder` as app://bundle/, each with the policy. All else is 404. */
export function serveAppScheme(session: Session, folder: string): void {
  const root = realpathSync(folder);
  session.protocol.handle(APP_SCHEME, (request) => answer(request, root));
}

/**
 * Synchronous: the page waits for its few files while it starts, and each turn through the pool of
 * threads would cost it more than reading a file of the app does.
 */
function answer(request: Request, root: string): Response {
  const file = request.method === 'GET' ? fileFor(request.url, root) : null;
  try {
    if (!file) throw new Error('not a file of the page');
    // A link inside the folder must not lead out of it.
    const real = realpathSync(file.path);
    if (!isInside(real, root)) throw new Error('outside of the page');
    return new Response(new Uint8Array(readFileSync(real)), {
      headers: { ...HEADERS, 'Content-Type': file.mime },
    });
  } catch {
    console.warn(`[protocol] refused ${request.method} ${request.url.slice(0, 200)}`);
    return new Response('not found', { status: 404, headers: HEADERS });
  }
}
