import { describe, expect, test } from 'vitest';
import {
  bytesPerLine,
  hexColumn,
  hexLine,
  lineChars,
  marks,
  placeAt,
  textColumn,
} from '../../../src-renderer/format/hex-layout';

const bytes = Uint8Array.from({ length: 40 }, (_, n) => n + 0x30);

describe.each([8, 16] as const)('%s bytes a line', (perLine) => {
  test('digits and characters stand where the columns say', () => {
    const line = hexLine(bytes, perLine, perLine);
    expect(line).toHaveLength(lineChars(perLine));
    for (let place = 0; place < perLine; place++) {
      const byte = perLine + place + 0x30;
      const column = hexColumn(place);
      expect(line.slice(column, column + 2)).toBe(byte.toString(16).toUpperCase());
      expect(line[textColumn(place, perLine)]).toBe(String.fromCharCode(byte));
    }
  });

  test('a click on either of a byte finds it, beside them nothing', () => {
    for (let place = 0; place < perLine; place++) {
      expect(placeAt(hexColumn(place), perLine)).toBe(place);
      expect(placeAt(hexColumn(place) + 1.9, perLine)).toBe(place);
      expect(placeAt(textColumn(place, perLine) + 0.5, perLine)).toBe(place);
    }
    expect(placeAt(3, perLine)).toBeNull();
    expect(placeAt(lineChars(perLine) + 1, perLine)).toBeNull();
  });

  test('a short last line keeps its characters in their column', () => {
    const line = hexLine(bytes.subarray(0, perLine + 1), perLine, perLine);
    expect(line.indexOf(String.fromCharCode(0x30 + perLine), 20)).toBe(textColumn(0, perLine));
  });
});

test('marks are cut to their line', () => {
  const selection = { from: 14, end: 18 };
  expect(marks(selection, 0, 16)).toEqual({
    hex: { column: hexColumn(14), chars: 5 },
    text: { column: textColumn(14, 16), chars: 2 },
  });
  expect(marks(selection, 16, 16)?.text).toEqual({ column: textColumn(0, 16), chars: 2 });
  expect(marks(selection, 32, 16)).toBeNull();
});

test('sixteen bytes a line where they fit', () => {
  expect(bytesPerLine(lineChars(16))).toBe(16);
  expect(bytesPerLine(lineChars(16) - 1)).toBe(8);
});
