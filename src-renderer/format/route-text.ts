import type { PortHolder, RoutePath } from '../../src-shared/contract/network';
import type { ResultOf } from '../../src-shared/contract/engine';
import { plainText } from '../../src-shared/payload/plain-text';
import { m } from '../i18n/generated/messages';
import { showEndpoint } from './endpoints';

/** How a packet would leave for one address, in a sentence. */
export function pathText(path: RoutePath): string {
  const { source, address, via, error } = path;
  if (source === null || via === null)
    return m.net_no_route({ address, code: error?.code ?? 'ENETUNREACH' });
  const on = plainText(path.interface ?? '?');
  switch (via) {
    case 'local':
      return m.net_via_local({ address, source });
    case 'link':
      return m.net_via_link({ address, source, interface: on });
    case 'router':
      return path.gateway === null
        ? m.net_via_some_router({ address, source, interface: on })
        : m.net_via_router({ address, source, interface: on, gateway: path.gateway });
    default:
      return via satisfies never;
  }
}

/** The hint that an address is most likely not of this network; null when there is none. */
export function mismatchText({ mismatch, address }: RoutePath): string | null {
  if (mismatch === null) return null;
  const own = `${mismatch.address}/${mismatch.prefixBits}`;
  return m.net_mismatch({ address, own, interface: plainText(mismatch.interface) });
}

/** Who has a port. */
export function holderText({ local, pid, name, user }: PortHolder): string {
  const where = showEndpoint(local);
  if (pid === null) return m.net_holder_unknown({ local: where });
  const by = name === null ? `pid ${pid}` : `${plainText(name)} (pid ${pid})`;
  return user === null
    ? m.net_holder({ local: where, program: by })
    : m.net_holder_user({ local: where, program: by, user: plainText(user) });
}

/** Why holders are not known; null when all is. */
export function ownerReason(reason: ResultOf<'portOwner'>['reason']): string | null {
  switch (reason) {
    case 'other-user':
      return m.net_owner_other_user();
    case 'no-process':
      return m.net_owner_no_process();
    case 'unsupported':
      return m.net_owner_unsupported();
    case null:
      return null;
    default:
      return reason satisfies never;
  }
}
