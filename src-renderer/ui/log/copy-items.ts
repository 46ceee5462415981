import { m } from '../../i18n/generated/messages';
import type { CopyFormat } from '../../state/copy-rows';
import type { MenuItem } from '../common/menu-item';

/** Menu entries that copy bytes in each format. */
export function copyItems(
  copy: (format: CopyFormat) => void,
  offBecause: string | null,
  keys?: string,
): MenuItem[] {
  const labels: [CopyFormat, string][] = [
    ['hex', m.log_copy_hex()],
    ['plain-hex', m.log_copy_plain_hex()],
    ['text', m.log_copy_text()],
    ['c-array', m.log_copy_c_array()],
    ['hexdump', m.log_copy_hexdump()],
  ];
  return labels.map(([format, label]) => ({
    id: `copy-${format}`,
    label,
    keys: format === 'hex' ? keys : undefined,
    offBecause,
    run: () => copy(format),
  }));
}
