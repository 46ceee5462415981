/* What of highlights is needed where none is checked: without their schema. */

/** The colours of highlight rules; each is measured for contrast in both themes. */
export const HIGHLIGHT_COLOURS = [
  'red',
  'orange',
  'yellow',
  'green',
  'teal',
  'blue',
  'violet',
  'pink',
] as const;
export type HighlightColour = (typeof HIGHLIGHT_COLOURS)[number];

export const MAX_HIGHLIGHTS = 32;
