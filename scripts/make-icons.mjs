// Makes the icons in build/ from build/icon.svg. Their results are committed; this runs when the
// drawing changes and needs rsvg-convert (Debian: librsvg2-bin).
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './lib/root.mjs';

const build = join(root, 'build');
const rendered = new Map();

function png(size) {
  if (!rendered.has(size)) {
    const args = ['-w', String(size), '-h', String(size), join(build, 'icon.svg')];
    rendered.set(size, execFileSync('rsvg-convert', args, { maxBuffer: 1 << 26 }));
  }
  return rendered.get(size);
}

/** Windows' container with PNG entries (since Vista): a directory of 16-byte entries, then the images. */
function ico(sizes) {
  const head = Buffer.alloc(6 + 16 * sizes.length);
  head.writeUInt16LE(1, 2); // an icon
  head.writeUInt16LE(sizes.length, 4);
  let offset = head.length;
  sizes.forEach((size, i) => {
    const at = 6 + 16 * i;
    head.writeUInt8(size % 256, at); // 0 stands for 256
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4); // colour planes
    head.writeUInt16LE(32, at + 6); // bits per pixel
    head.writeUInt32LE(png(size).length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += png(size).length;
  });
  return Buffer.concat([head, ...sizes.map(png)]);
}

/** Apple's container: a type of four letters for each size, the retina ones apart. */
function icns(types) {
  const parts = Object.entries(types).map(([type, size]) => {
    const head = Buffer.alloc(8);
    head.write(type, 0, 'latin1');
    head.writeUInt32BE(8 + png(size).length, 4);
    return Buffer.concat([head, png(size)]);
  });
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.write('icns', 0, 'latin1');
  head.writeUInt32BE(8 + body.length, 4);
  return Buffer.concat([head, body]);
}

mkdirSync(join(build, 'icons'), { recursive: true });
for (const size of [16, 24, 32, 48, 64, 128, 256, 512])
  writeFileSync(join(build, `icons/${size}x${size}.png`), png(size));
writeFileSync(join(build, 'icon.png'), png(1024));
writeFileSync(join(build, 'icon.ico'), ico([16, 24, 32, 48, 64, 128, 256]));
writeFileSync(
  join(build, 'icon.icns'),
  icns({ ic11: 32, ic12: 64, ic07: 128, ic13: 256, ic08: 256, ic14: 512, ic09: 512, ic10: 1024 }),
);
