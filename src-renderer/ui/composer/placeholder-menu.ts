import { m } from '../../i18n/generated/messages';

/** A placeholder that can be put into the editor, and what it stands for. */
interface Offered {
  text: string;
  about: string;
}

/** One of each kind, those used most first. */
export function offeredPlaceholders(): readonly Offered[] {
  return [
    { text: '{{counter:03}}', about: m.placeholder_counter() },
    { text: '{{u16be counter}}', about: m.placeholder_number() },
    { text: '{{len u16be}}', about: m.placeholder_length() },
    { text: '{{crc CRC-16/MODBUS le}}', about: m.placeholder_crc() },
    { text: '{{xor8}}', about: m.placeholder_sum() },
    { text: '{{random 4}}', about: m.placeholder_random() },
    { text: '{{uuid}}', about: m.placeholder_uuid() },
    { text: '{{now}}', about: m.placeholder_now() },
    { text: '{{unix}}', about: m.placeholder_unix() },
    { text: '{{var name}}', about: m.placeholder_variable() },
    { text: '{{hostname}}', about: m.placeholder_hostname() },
    { text: '{{host}}', about: m.placeholder_host() },
  ];
}
