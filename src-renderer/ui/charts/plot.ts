import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { ChartData } from '../../format/chart-data';
import { clockTime } from '../../format/times';
import { TIME_TICKS } from './ticks';

/** A colour of the theme, as its variable is called. */
type LineColour = '--rx' | '--tx' | '--sys' | '--err';

export interface PlotLine {
  label: string;
  colour: LineColour;
  /** The ground below it is tinted. */
  filled: boolean;
}

interface PlotOptions {
  /** `time`: x are epoch seconds. `bins`: x are numbers of bins, each a step. */
  kind: 'time' | 'bins';
  lines: readonly PlotLine[];
  /** What stands at the left of a value. */
  yText: (value: number) => string;
  /** How far apart its ticks may be; null: where the library puts them. */
  yTicks: readonly number[] | null;
  /** What stands below a bin. */
  binText: (bin: number) => string;
  /** The place pointed at; null: none. */
  onhover: (at: number | null) => void;
  /** A stretch of time was dragged over, epoch ms; null: dragging does nothing. */
  onbrush: ((fromMs: number, toMs: number) => void) | null;
}

export interface Plot {
  show(data: ChartData): void;
  destroy(): void;
}

/** Less than this was a click, px. */
const MIN_BRUSH_PX = 4;
const MIN_TICK_PX = 92;
/** At least; more where the values are long. */
const Y_AXIS_PX = 66;
const DIGIT_PX = 7;
const TICK_PX = 12;
const X_AXIS_PX = 24;
/** Top, right, bottom, left: the last time of day stands at the right edge, half of it beyond. */
const PADDING: uPlot.Padding = [8, 42, 0, 0];

/** Of the theme in force: asked at each drawing, so that a change needs a redraw only. */
function themed(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** As much of a time as is needed when ticks are so far apart, seconds. */
function tickText(at: number, apart: number): string {
  const text = clockTime(at * 1000, { microseconds: false });
  if (apart >= 86_400) {
    const day = new Date(at * 1000);
    return `${day.getMonth() + 1}-${day.getDate()}`;
  }
  if (apart >= 60) return text.slice(0, 5);
  return apart >= 1 ? text.slice(0, 8) : text;
}

/** So that the longest value is whole. Null while there are none. */
function yAxisPx(values: readonly string[] | null): number {
  const longest = Math.max(0, ...(values ?? []).map((value) => value.length));
  return Math.max(Y_AXIS_PX, longest * DIGIT_PX + TICK_PX);
}

function axes({ kind, yText, yTicks, binText }: PlotOptions): uPlot.Axis[] {
  const font = `11px ${getComputedStyle(document.body).fontFamily}`;
  const look: uPlot.Axis = {
    stroke: () => themed('--muted'),
    grid: { stroke: () => themed('--border'), width: 1 },
    ticks: { stroke: () => themed('--border'), width: 1, size: 4 },
    font,
  };
  const x: uPlot.Axis =
    kind === 'time'
      ? {
          values: (_plot, splits, _axis, _space, apart) => splits.map((at) => tickText(at, apart)),
          incrs: [...TIME_TICKS],
        }
      : {
          values: (_plot, splits) =>
            splits.map((bin) => (Number.isInteger(bin) ? binText(bin) : '')),
          incrs: [1, 2, 4, 8, 12, 16, 24, 32, 48, 64, 96, 128],
        };
  return [
    { ...look, ...x, size: X_AXIS_PX, space: MIN_TICK_PX },
    {
      ...look,
      values: (_plot, splits) => splits.map(yText),
      ...(yTicks === null ? {} : { incrs: [...yTicks] }),
      size: (_plot, values) => yAxisPx(values),
      space: 28,
    },
  ];
}

function series({ kind, lines }: PlotOptions): uPlot.Series[] {
  const steps = kind === 'bins' ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
  return lines.map(({ label, colour, filled }) => ({
    label,
    stroke: () => themed(colour),
    ...(filled ? { fill: () => `${themed(colour)}26` } : {}),
    width: 1.5,
    points: { show: false },
    ...(steps === undefined ? {} : { paths: steps }),
    spanGaps: false,
  }));
}

function brushed(options: PlotOptions): (plot: uPlot) => void {
  return (plot) => {
    const { left, width } = plot.select;
    if (width < MIN_BRUSH_PX || options.onbrush === null) return;
    const [from, to] = [left, left + width].map((px) => plot.posToVal(px, 'x') * 1000);
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    if (from !== undefined && to !== undefined) options.onbrush(from, to);
  };
}

/** A step needs to know where the last bin ends. */
function closed({ x, lines }: ChartData): uPlot.AlignedData {
  return [[...x, x.length], ...lines.map((values) => [...values, values.at(-1) ?? 0])];
}

/** Keeps the last change back while the button is down: what is dragged over must not slide away. */
class WhileDragged {
  readonly #host: HTMLElement;
  #down = false;
  #waiting: (() => void) | null = null;

  constructor(host: HTMLElement) {
    this.#host = host;
    host.addEventListener('mousedown', this.#pressed, { capture: true });
    // At the window: the plot, which listens at the document, has taken the stretch by then.
    window.addEventListener('mouseup', this.#released);
  }

  until(change: () => void): void {
    if (this.#down) this.#waiting = change;
    else change();
  }

  destroy(): void {
    this.#host.removeEventListener('mousedown', this.#pressed, { capture: true });
    window.removeEventListener('mouseup', this.#released);
  }

  readonly #pressed = ({ button }: MouseEvent): void => {
    this.#down ||= button === 0;
  };

  readonly #released = ({ button }: MouseEvent): void => {
    if (button !== 0 || !this.#down) return;
    this.#down = false;
    const change = this.#waiting;
    this.#waiting = null;
    change?.();
  };
}

/** Draws into an element that has a size; follows that size and the theme until it is destroyed. */
export function createPlot(host: HTMLElement, options: PlotOptions): Plot {
  const isTime = options.kind === 'time';
  const size = () => ({
    width: Math.max(80, host.clientWidth),
    height: Math.max(60, host.clientHeight),
  });
  const drag = { x: options.onbrush !== null, y: false, setScale: false };
  const plot = new uPlot(
    {
      ...size(),
      padding: PADDING,
      legend: { show: false },
      cursor: { drag, y: false, points: { size: 6 } },
      scales: {
        x: { time: isTime },
        y: { range: (_plot, _least, most) => [0, most > 0 ? most * 1.08 : 1] },
      },
      axes: axes(options),
      series: [{}, ...series(options)],
      hooks: {
        setCursor: [({ cursor }) => options.onhover(cursor.idx ?? null)],
        setSelect: [brushed(options)],
      },
    },
    [[], ...options.lines.map(() => [])],
    host,
  );
  // Where it is on the page is measured once by the library; what stands above it comes and goes.
  const entered = () => plot.syncRect();
  host.addEventListener('pointerenter', entered);
  host.addEventListener('pointerdown', entered, { capture: true });
  const hold = new WhileDragged(host);
  const resized = new ResizeObserver(() => plot.setSize(size()));
  resized.observe(host);
  const themeChanged = new MutationObserver(() => plot.redraw(false));
  themeChanged.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return {
    show: (data) => hold.until(() => plot.setData(isTime ? [data.x, ...data.lines] : closed(data))),
    destroy: () => {
      hold.destroy();
      host.removeEventListener('pointerenter', entered);
      host.removeEventListener('pointerdown', entered, { capture: true });
      resized.disconnect();
      themeChanged.disconnect();
      plot.destroy();
    },
  };
}
