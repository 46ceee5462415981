import type { HighlightColour } from '../../src-shared/contract/highlight-words';
import { m } from '../i18n/generated/messages';

/** What a colour of highlight rules is called. */
export function colourName(colour: HighlightColour): string {
  switch (colour) {
    case 'red':
      return m.colour_red();
    case 'orange':
      return m.colour_orange();
    case 'yellow':
      return m.colour_yellow();
    case 'green':
      return m.colour_green();
    case 'teal':
      return m.colour_teal();
    case 'blue':
      return m.colour_blue();
    case 'violet':
      return m.colour_violet();
    case 'pink':
      return m.colour_pink();
    default:
      return colour satisfies never;
  }
}
