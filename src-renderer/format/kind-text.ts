import type { AddressKind } from '../../src-shared/address/kinds';
import type { AppInfo } from '../../src-shared/contract/app-info';
import { m } from '../i18n/generated/messages';

/** What a kind of address is called in a list. */
export function kindLabel(kind: AddressKind): string {
  switch (kind) {
    case 'tcp':
      return m.quick_tcp();
    case 'tcp-listen':
      return m.quick_tcp_listen();
    case 'udp':
      return m.quick_udp();
    case 'udp-listen':
      return m.quick_udp_listen();
    case 'udp-mcast':
      return m.quick_udp_mcast();
    case 'tls':
      return m.quick_tls();
    case 'tls-listen':
      return m.quick_tls_listen();
    case 'unix':
      return m.quick_unix();
    case 'unix-listen':
      return m.quick_unix_listen();
    case 'pipe':
      return m.quick_pipe();
    case 'pipe-listen':
      return m.quick_pipe_listen();
    default:
      return kind satisfies never;
  }
}

/** What the button says that opens one. */
export function openWord(kind: AddressKind | 'relay'): string {
  switch (kind) {
    case 'relay':
      return m.quick_go_relay();
    case 'tcp':
    case 'tls':
    case 'unix':
    case 'pipe':
      return m.quick_go_tcp();
    case 'tcp-listen':
    case 'tls-listen':
    case 'unix-listen':
    case 'pipe-listen':
      return m.quick_go_tcp_listen();
    case 'udp':
      return m.quick_go_udp();
    case 'udp-listen':
      return m.quick_go_udp_listen();
    case 'udp-mcast':
      return m.quick_go_join();
    default:
      return kind satisfies never;
  }
}

/** Why a kind cannot be opened on this system, or null. */
export function kindOff(kind: AddressKind, platform: AppInfo['platform']): string | null {
  switch (kind) {
    case 'pipe':
    case 'pipe-listen':
      return platform === 'win32' ? null : m.quick_only_windows();
    case 'unix':
    case 'unix-listen':
      return platform === 'win32' ? m.quick_not_windows() : null;
    case 'tcp':
    case 'tcp-listen':
    case 'udp':
    case 'udp-listen':
    case 'udp-mcast':
    case 'tls':
    case 'tls-listen':
      return null;
    default:
      return kind satisfies never;
  }
}

/** The kinds in the order in which they are offered; those of the other system last. */
export function kindsFor(platform: AppInfo['platform']): AddressKind[] {
  const unix: AddressKind[] = ['unix-listen', 'unix'];
  const pipes: AddressKind[] = ['pipe-listen', 'pipe'];
  return [
    ...(['tcp-listen', 'tcp', 'udp-listen', 'udp', 'udp-mcast', 'tls-listen', 'tls'] as const),
    ...(platform === 'win32' ? [...pipes, ...unix] : [...unix, ...pipes]),
  ];
}
