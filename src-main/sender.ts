import { isOwnPage } from './app-url';

/** What is looked at of the frame a command comes from. */
export interface SenderFrame {
  readonly url: string;
  readonly parent: unknown;
}

/** Whether commands are taken from this frame: the main frame, showing the app's own page. */
export function isTrustedSender(frame: SenderFrame | null, devServer: string | null): boolean {
  return frame !== null && frame.parent === null && isOwnPage(frame.url, devServer);
}
