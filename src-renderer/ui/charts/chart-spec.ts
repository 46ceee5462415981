import type { ChartData, Figures } from '../../format/chart-data';
import type { PlotLine } from './plot';

/** One chart: what it shows, and how its values are written. */
export interface ChartSpec {
  id: string;
  title: string;
  kind: 'time' | 'bins';
  lines: readonly PlotLine[];
  data: ChartData;
  /** Of each line, for who cannot see it. */
  figures: readonly Figures[];
  text: (value: number) => string;
  /** A figure: of bins, not how many but what. */
  figureText: (value: number) => string;
  /** At the left of the plot, where little room is. */
  axisText: (value: number) => string;
  axisTicks: readonly number[] | null;
  /** The place of a value: a time, or the bounds of a bin. */
  placeText: (at: number) => string;
  binText: (bin: number) => string;
  /** What the places are, at the head of the table. */
  placeHead: string;
  /** Why there is nothing to be seen. */
  empty: string;
}
