import { m } from '../i18n/generated/messages';

/** What the system refuses of a file or a folder, with what helps; null: it is no such code. */
export function systemText(code: string): string | null {
  switch (code) {
    case 'ENOENT':
      return m.sys_enoent();
    case 'ENOTDIR':
      return m.sys_enotdir();
    case 'EACCES':
    case 'EPERM':
      return m.sys_eacces();
    case 'EROFS':
      return m.sys_erofs();
    case 'ENOSPC':
      return m.sys_enospc();
    case 'EDQUOT':
      return m.sys_edquot();
    case 'EIO':
      return m.sys_eio();
    case 'EISDIR':
      return m.sys_eisdir();
    case 'EEXIST':
      return m.sys_eexist();
    case 'EBUSY':
    case 'ETXTBSY':
      return m.sys_ebusy();
    case 'EMFILE':
    case 'ENFILE':
      return m.sys_emfile();
    case 'ENAMETOOLONG':
      return m.sys_enametoolong();
    case 'EFBIG':
      return m.sys_efbig();
    case 'ELOOP':
      return m.sys_eloop();
    default:
      return null;
  }
}
