import type { Session, WebContents } from 'electron';
import { isOwnDocument, isOwnRequest } from './app-url';

const ALLOWED_PERMISSION = 'clipboard-sanitized-write';

/** Locks a page to its own document: no other address, no second window, no webview. */
export function lockContents(contents: WebContents, devServer: string | null): void {
  contents.setWindowOpenHandler(({ url }) => {
    refused('a new window', url);
    return { action: 'deny' };
  });
  contents.on('will-navigate', (event) => {
    if (isOwnDocument(event.url, devServer)) return;
    refused('going to', event.url);
    event.preventDefault();
  });
  contents.on('will-frame-navigate', (event) => {
    if (event.isMainFrame && isOwnDocument(event.url, devServer)) return;
    refused('a frame going to', event.url);
    event.preventDefault();
  });
  contents.on('will-redirect', (event) => {
    if (isOwnDocument(event.url, devServer)) return;
    refused('a redirect to', event.url);
    event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => {
    refused('a webview', contents.getURL());
    event.preventDefault();
  });
}

/**
 * Denies a session every permission but writing text to the clipboard, every device, every request
 * that is not for the app's own files, and the downloads of a spelling checker.
 */
export function lockSession(session: Session, devServer: string | null): void {
  session.setPermissionRequestHandler((_contents, permission, done) => {
    const granted = permission === ALLOWED_PERMISSION;
    if (!granted) refused('permission', permission);
    done(granted);
  });
  session.setPermissionCheckHandler((_contents, permission) => permission === ALLOWED_PERMISSION);
  session.setDevicePermissionHandler(() => false);
  // Without a stream the request of the page is rejected.
  session.setDisplayMediaRequestHandler((_request, done) => done({}));
  session.webRequest.onBeforeRequest((details, done) => {
    const own = isOwnRequest(details.url, devServer);
    if (!own) refused('a request for', details.url);
    done({ cancel: !own });
  });
  session.on('will-download', (event, item) => {
    refused('a download of', item.getURL());
    event.preventDefault();
  });
  session.setSpellCheckerEnabled(false);
}

/** Refusals are told to the log, without what a page may have put behind the address. */
function refused(what: string, address: string): void {
  console.warn(`[security] refused ${what} ${address.slice(0, 200)}`);
}
