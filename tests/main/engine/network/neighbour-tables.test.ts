import { expect, test } from 'vitest';
import {
  readBsdArp,
  readBsdNdp,
  readIpNeigh,
  readProcArp,
  readWindowsArp,
} from '../../../../src-main/engine/network/neighbour-tables';

const MAC = '02:fc:00:00:00:05';

test('the tables of neighbours as each system prints them', () => {
  const ip = `[{"dst":"192.0.2.1","dev":"eth0","lladdr":"${MAC}","state":["REACHABLE"]},
    {"dst":"fd00::1","dev":"eth0","state":["FAILED"]},{"dst":"no address"},7,null]`;
  const two = [
    { address: '192.0.2.1', mac: MAC, interface: 'eth0' },
    { address: 'fd00::1', mac: null, interface: 'eth0' },
  ];
  expect(readIpNeigh(ip)).toEqual(two);
  expect(() => readIpNeigh('BusyBox v1.36 multi-call binary')).toThrow(SyntaxError);
  const proc = `IP address       HW type     Flags       HW address            Mask     Device
192.0.2.1        0x1         0x2         ${MAC}     *        eth0
192.0.2.9        0x1         0x0         00:00:00:00:00:00     *        eth0
`;
  const silent = { address: '192.0.2.9', mac: null, interface: 'eth0' };
  expect(readProcArp(proc)).toEqual([two[0], silent]);
  const arp = `? (192.0.2.1) at 2:fc:0:0:0:5 on eth0 ifscope [ethernet]
? (192.0.2.9) at (incomplete) on eth0 ifscope [ethernet]
host.local (192.0.2.1) at 2:fc:0:0:0:5 on eth0 permanent [ethernet]
`;
  expect(readBsdArp(arp)).toEqual([two[0], silent, two[0]]);
  const ndp = `Neighbor                        Linklayer Address  Netif Expire    St Flgs Prbs
fe80::1%lo0                     (incomplete)         lo0 permanent R
fe80::8e3b%en0                  2:fc:0:0:0:5         en0 23h59m58s S  R
`;
  expect(readBsdNdp(ndp)).toEqual([
    { address: 'fe80::1%lo0', mac: null, interface: 'lo0' },
    { address: 'fe80::8e3b%en0', mac: MAC, interface: 'en0' },
  ]);
  const windows = `\r
Schnittstelle: 192.0.2.5 --- 0x4\r
  Internetadresse       Physische Adresse     Typ\r
  192.0.2.1             02-FC-00-00-00-05     dynamisch\r
  224.0.0.22            01-00-5e-00-00-16     statisch\r
`;
  expect(readWindowsArp(windows)).toEqual([
    { address: '192.0.2.1', mac: MAC, interface: null },
    { address: '224.0.0.22', mac: '01:00:5e:00:00:16', interface: null },
  ]);
});
