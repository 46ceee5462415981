/** The value of each ASCII code as a hex digit; NO_DIGIT for all others. */
const VALUES = new Uint8Array(128).fill(255);
for (let n = 0; n < 16; n++) {
  VALUES[n.toString(16).charCodeAt(0)] = n;
  VALUES[n.toString(16).toUpperCase().charCodeAt(0)] = n;
}

/** What `hexDigit` gives for anything that is no hex digit. */
export const NO_DIGIT = 255;

/** 0 to 15 for the character at that place, else NO_DIGIT; also beyond the end. */
export function hexDigit(text: string, at: number): number {
  return VALUES[text.charCodeAt(at)] ?? NO_DIGIT;
}
