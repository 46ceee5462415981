import { m } from '../../i18n/generated/messages';

/** What stands above the columns of a log, or of the lines of a stream. */
export function gridHeadings(
  isStream: boolean,
  withSummary: boolean,
): { name: string; text: string }[] {
  return [
    { name: 'number', text: isStream ? m.stream_offset() : m.log_col_number() },
    { name: 'time', text: m.log_col_time() },
    { name: 'delta', text: m.log_col_delta() },
    { name: 'direction', text: m.log_col_direction() },
    { name: 'peer', text: m.log_col_peer() },
    { name: 'length', text: m.log_col_length() },
    { name: 'data', text: m.log_col_data() },
    ...(withSummary ? [{ name: 'summary', text: m.log_col_summary() }] : []),
  ];
}
