import { ENCODING_NAMES, encodingLabel } from '../../src-shared/encoding/names';
import type { EncodingName } from '../../src-shared/encoding/names';

/** What it is usual for, in that language itself, so that whoever needs it reads it. */
const USUAL: Partial<Record<EncodingName, string>> = {
  gbk: '简体中文',
  gb18030: '简体中文',
  big5: '繁體中文',
  shift_jis: '日本語',
  'euc-jp': '日本語',
  'euc-kr': '한국어',
  latin1: 'ISO 8859-1',
  'windows-1250': 'Čeština, Polski, Magyar',
  'windows-1251': 'Кириллица',
  'windows-1252': 'English, Français, Deutsch',
  'windows-1253': 'Ελληνικά',
  'windows-1254': 'Türkçe',
  'windows-1255': 'עברית',
  'windows-1256': 'العربية',
  'windows-1257': 'Latviešu, Lietuvių, Eesti',
  'windows-1258': 'Tiếng Việt',
  'koi8-r': 'Русский',
  cp437: 'DOS, OEM',
  cp850: 'DOS, OEM',
};

interface EncodingChoice {
  value: EncodingName;
  label: string;
  hint?: string;
}

/** All there are, to choose from. */
export const ENCODING_CHOICES: readonly EncodingChoice[] = ENCODING_NAMES.map((value) => {
  const hint = USUAL[value];
  return { value, label: encodingLabel(value), ...(hint === undefined ? {} : { hint }) };
});
