/** Where a key moves the caret of the hexdump; null: not one of its keys. */
export function caretMove(
  key: string,
  control: boolean,
  caret: number,
  layout: { perLine: number; pageLines: number; length: number },
): number | null {
  const { perLine, pageLines, length } = layout;
  const lineStart = caret - (caret % perLine);
  const clamp = (place: number): number => Math.max(0, Math.min(length - 1, place));
  switch (key) {
    case 'ArrowLeft':
      return clamp(caret - 1);
    case 'ArrowRight':
      return clamp(caret + 1);
    case 'ArrowUp':
      return caret >= perLine ? caret - perLine : caret;
    case 'ArrowDown':
      return caret + perLine < length ? caret + perLine : caret;
    case 'PageUp':
      return clamp(caret - perLine * pageLines);
    case 'PageDown':
      return clamp(caret + perLine * pageLines);
    case 'Home':
      return control ? 0 : lineStart;
    case 'End':
      return control ? length - 1 : clamp(lineStart + perLine - 1);
    default:
      return null;
  }
}
