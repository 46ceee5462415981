// What the scripts need from the operating system: Electron's libraries, a display, and for the
// tests the programs they are judged by. On Debian and Ubuntu root gets what is missing installed;
// everyone else gets one line to paste.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
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

function install(missing) {
  const apt = (...args) =>
    spawnSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0;
  apt('update', '-qq');
  const names = missing.flatMap(({ packages }) => packages.map(choose));
  console.log(`installing from the system's packages: ${names.join(' ')}`);
  apt('install', '-y', '-qq', '--no-install-recommends', ...names);
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
  ensure([...['ncat', 'socat', 'tshark', 'openssl', 'python3'].map(command), chineseFont]);
}
