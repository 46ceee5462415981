import { Tooltip } from 'bits-ui';

/** What a tooltip says, and on which side of its trigger it stands. */
export interface Hint {
  text: string;
  /** The shortcut, as shown. */
  keys?: string | undefined;
  side: 'top' | 'right' | 'bottom' | 'left';
}

/** Ties every trigger of the page to its one tooltip (`TipHost`): no more than one is ever open. */
export const tips = Tooltip.createTether<Hint>();
