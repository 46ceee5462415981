import type { Row } from '../../../src-shared/contract/row';
import { m } from '../../i18n/generated/messages';
import type { Inspected } from '../../state/inspected.svelte';

/** What a row says, as far as it is known. */
export function summaryText({ labels }: Pick<Inspected, 'labels'>, row: Row): string {
  const label = labels?.of(row) ?? null;
  if (label === null) return '';
  if ('text' in label) return label.text;
  switch (label.problem) {
    case 'too-slow':
      return m.decode_too_slow();
    case 'too-long':
      return m.decode_too_long();
    case 'failed':
      return m.decode_failed();
    default:
      return label.problem satisfies never;
  }
}
