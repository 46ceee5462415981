// What the scripts need from the operating system: Electron's libraries, a display, and for the
// tests the programs they are judged by. On Debian and Ubuntu root gets what is missing installed;
// everyone else gets one line to paste.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

function hasCommand(name) {
  const names = process.platform === 'win32' ? [`${name}.exe`, `${name}.cmd`] : [name];
  return (process.env.PATH ?? '').split(delimiter).some((folder) =>
    names.some((file) => {
      try {
        accessSync(join(folder, file), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    }),
  );
}

const output = (command, ...args) => spawnSync(command, args, { encoding: 'utf8' }).stdout ?? '';

const command = (name) => ({ what: name, packages: [[name]], present: () => hasCommand(name) });

/** Some packages have other names in newer releases: the first of a list that exists is taken. */
const libraries = (executable) => ({
  what: "Electron's libraries",
  packages: [
    ['libgtk-3-0t64', 'libgtk-3-0'],
    ['libnss3'],
    ['libasound2t64', 'libasound2'],
    ['libgbm1'],
  ],
  present: () => !output('ldd', executable).includes('not found'),
});

const ownDisplay = () => [
  { ...command('Xvfb'), packages: [['xvfb']] },
  {
    what: 'a font',
    packages: [['fonts-dejavu-core'], ['fontconfig']],
    present: () => output('fc-list') !== '',
  },
];

const chineseFont = {
  what: 'a Chinese font',
  packages: [['fonts-wqy-microhei'], ['fontconfig']],
  present: () => output('fc-list', ':lang=zh-cn') !== '',
};

/** A Linux machine with no session: the scripts start an X server of their own. */
export const needsDisplay = () =>
  process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;

function choose(alternatives) {
  const known = alternatives.find((name) => /^Package:/m.test(output('apt-cache', 'show', name)));
  return known ?? alternatives.at(-1);
}

function install(missing, ...options) {
  const apt = (...args) =>
    spawnSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0;
  apt('update', '-qq');
  const names = missing.flatMap(({ packages }) => packages.map(choose));
  console.log(`installing from the system's packages: ${names.join(' ')}`);
  apt('install', '-y', '-qq', '--no-install-recommends', ...options, ...names);
}

const POLICY = '/usr/sbin/policy-rc.d';

/** Debian starts a server as soon as it is installed, unless this file says no. */
function withoutStarting(work) {
  const own = !existsSync(POLICY);
  if (own) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    work();
  } finally {
    if (own) rmSync(POLICY);
  }
}

function ensure(needs) {
  if (process.platform !== 'linux') return;
  let missing = needs.filter(({ present }) => !present());
  if (missing.length === 0) return;
  const debian = hasCommand('apt-get');
  if (debian && process.getuid() === 0) {
    install(missing);
    missing = missing.filter(({ present }) => !present());
    if (missing.length === 0) return;
  }
  const names = missing.flatMap(({ packages }) =>
    packages.map((p) => (debian ? choose(p) : p.at(-1))),
  );
  const what = missing.map((need) => need.what).join(', ');
  throw new Error(
    debian
      ? `missing: ${what}. Run: sudo apt-get install -y --no-install-recommends ${names.join(' ')}`
      : `missing: ${what}. Install what your system calls: ${names.join(' ')} (Debian's names)`,
  );
}

/** What it takes to open a window. Throws with the line to paste. */
export function ensureWindowSystem(executable) {
  ensure([libraries(executable), ...(needsDisplay() ? ownDisplay() : [])]);
}

/**
 * The programs the tests are judged by. On Windows and macOS the tests that need one say so and are
 * skipped.
 */
export function ensureTestTools() {
  const programs = ['curl', 'ncat', 'socat', 'tshark', 'openssl', 'python3'].map(command);
  // Networks of the tests' own, and what the system says of sockets.
  const network = ['ip', 'ss'].map((name) => ({ ...command(name), packages: [['iproute2']] }));
  ensure([...programs, ...network, chineseFont]);
}

const server = (path, ...packages) => ({
  what: path,
  packages: packages.map((name) => [name]),
  present: () => existsSync(path),
});

/** Real servers that tests hold conversations with, each with a configuration of the test's own. */
const SERVERS = [
  server('/usr/sbin/nginx', 'nginx'),
  server('/usr/sbin/vsftpd', 'vsftpd'),
  server('/usr/sbin/exim4', 'exim4-daemon-light'),
  server('/usr/lib/dovecot/imap', 'dovecot-imapd'),
  server('/usr/lib/dovecot/pop3', 'dovecot-pop3d'),
  server('/usr/sbin/telnetd', 'inetutils-telnetd'),
  server('/usr/sbin/gophernicus', 'gophernicus'),
  server('/usr/sbin/snntpd', 'sn'),
  server('/usr/sbin/mosquitto', 'mosquitto'),
  // It imports the serial line's module, whichever kind it serves.
  server('/usr/lib/python3/dist-packages/pymodbus', 'python3-pymodbus', 'python3-serial-asyncio'),
  server('/usr/lib/python3/dist-packages/websockets', 'python3-websockets'),
];

/**
 * Installs the real servers where that is ours to do, without starting them and without removing
 * what stands in their way (another mail server). Tests whose server is missing say so and are
 * skipped.
 */
export function offerTestServers() {
  if (process.platform !== 'linux' || process.getuid() !== 0 || !hasCommand('apt-get')) return;
  const missing = () => SERVERS.filter(({ present }) => !present());
  if (missing().length === 0) return;
  withoutStarting(() => {
    install(missing(), '--no-remove');
    // One that cannot be had keeps all the others away: each for itself, then.
    for (const one of missing()) install([one], '--no-remove');
  });
}
