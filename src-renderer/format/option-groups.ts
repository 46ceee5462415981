import { m } from '../i18n/generated/messages';

/** The parts of the option editor, from top to bottom. */
export const OPTION_GROUPS = [
  'connection',
  'timeouts',
  'reconnect',
  'listener',
  'udp',
  'tls',
  'local',
  'behaviour',
  'recording',
] as const;
export type OptionGroup = (typeof OPTION_GROUPS)[number];

export function groupLabel(group: OptionGroup): string {
  switch (group) {
    case 'connection':
      return m.opt_group_connection();
    case 'timeouts':
      return m.opt_group_timeouts();
    case 'reconnect':
      return m.opt_group_reconnect();
    case 'listener':
      return m.opt_group_listener();
    case 'udp':
      return m.opt_group_udp();
    case 'tls':
      return m.opt_group_tls();
    case 'local':
      return m.opt_group_local();
    case 'behaviour':
      return m.opt_group_behaviour();
    case 'recording':
      return m.opt_group_recording();
    default:
      return group satisfies never;
  }
}
