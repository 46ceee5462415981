import type { OptionReading } from '../../src-shared/contract/control-commands';
import { m } from '../i18n/generated/messages';

/** Why an option cannot be set on an open socket, or is not known. */
export function optionReason(reason: NonNullable<OptionReading['reason']>): string {
  switch (reason) {
    case 'node-cannot':
      return m.opt_reason_node_cannot();
    case 'node-decides':
      return m.opt_reason_node_decides();
    case 'before-open':
      return m.opt_reason_before_open();
    case 'not-on-this-system':
      return m.opt_reason_system();
    case 'library-cannot':
      return m.no_because_tls_library();
    case 'is-a-call':
      return m.opt_reason_call();
    case 'not-open':
      return m.opt_reason_not_open();
    default:
      return reason satisfies never;
  }
}
