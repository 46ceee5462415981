import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PayloadFiles } from '../../src-main/payload-files';
import { MAX_PAYLOAD_BYTES } from '../../src-shared/payload/payload-template';
import { tempFolder } from '../support/temp-folder';

test('only files that were chosen are read, as they are now, and not too long ones', async () => {
  const folder = await tempFolder();
  const path = join(folder, 'body.bin');
  await writeFile(path, Uint8Array.of(1, 2));
  const files = new PayloadFiles();
  await expect(files.read(path)).rejects.toMatchObject({ code: 'ERR_NOT_CHOSEN' });
  files.add(path);
  expect(await files.read(path)).toEqual(Uint8Array.of(1, 2));
  await writeFile(path, Uint8Array.of(3));
  expect(await files.read(path)).toEqual(Uint8Array.of(3));
  await truncate(path, MAX_PAYLOAD_BYTES + 1);
  await expect(files.read(path)).rejects.toMatchObject({ code: 'EFBIG' });
  files.add(folder);
  await expect(files.read(folder)).rejects.toMatchObject({ code: 'EINVAL' });
  files.add(join(folder, 'none'));
  await expect(files.read(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
});
