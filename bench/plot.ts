// Points → an SVG of one panel for each quantity, both axes logarithmic. By hand: the libraries for charts that are kept up need a
// browser's document or weigh tens of megabytes, and this is four points.

export interface Plot {
  readonly title: string;
  /** With its unit, as the panels' labels. */
  readonly x: string;
  readonly panels: readonly Panel[];
}

export interface Panel {
  readonly label: string;
  /** Positive numbers, by rising x. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

const [PANEL_WIDTH, HEIGHT] = [400, 320];
const MARGIN = { left: 78, right: 34, top: 62, bottom: 56 };
const [INK, MUTED, FAINT, LINE] = ['#1f2328', '#59636e', '#d1d9e0', '#0969da'];
const ON_LINE = 'font-weight="600" stroke="#ffffff" stroke-width="4" paint-order="stroke"';

/** White behind it, so that it is read on a dark page as well. */
export function composePlot({ title, x, panels }: Plot): string {
  const width = PANEL_WIDTH * panels.length;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT}" width="${width}" height="${HEIGHT}" font-family="system-ui, sans-serif" font-size="13" fill="${INK}">`,
    `<rect width="${width}" height="${HEIGHT}" fill="#ffffff"/>`,
    composeText(width / 2, 28, title, 'font-size="16" font-weight="600"'),
    ...panels.map((panel, at) => composePanel(panel, x, at * PANEL_WIDTH)),
    '</svg>\n',
  ].join('\n');
}

function composePanel({ label, points }: Panel, xLabel: string, offset: number): string {
  const [left, right] = [offset + MARGIN.left, offset + PANEL_WIDTH - MARGIN.right];
  const [top, bottom] = [MARGIN.top, HEIGHT - MARGIN.bottom];
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [xAxis, yAxis] = [openAxis(xs, left, right), openAxis(ys, bottom, top)];
  const places = points.map(([x, y]) => ({ x: xAxis.place(x), y: yAxis.place(y), value: y }));
  return [
    ...yAxis.ticks.map((tick) => {
      const y = yAxis.place(tick);
      return `<path d="M${left} ${y}H${right}" stroke="${FAINT}"/>${composeText(left - 8, y + 4, formatValue(tick), 'text-anchor="end"')}`;
    }),
    ...xAxis.ticks.map((tick) => {
      const x = xAxis.place(tick);
      return `<path d="M${x} ${top}V${bottom}" stroke="${FAINT}"/>${composeText(x, bottom + 20, formatValue(tick))}`;
    }),
    `<path d="M${left} ${top}V${bottom}H${right}" fill="none" stroke="${INK}"/>`,
    composeText((left + right) / 2, bottom + 44, xLabel),
    composeText(0, 0, label, `transform="translate(${offset + 22} ${(top + bottom) / 2}) rotate(-90)"`),
    ...composeLinear(points.at(-1), xAxis, yAxis),
    `<polyline points="${places.map(({ x, y }) => `${x},${y}`).join(' ')}" fill="none" stroke="${LINE}" stroke-width="2"/>`,
    ...places.map(({ x, y, value }) =>
      [
        `<circle cx="${x}" cy="${y}" r="4" fill="${LINE}"/>`,
        composeText(Math.max(x, left + 20), y - 10, formatValue(value), ON_LINE),
      ].join(''),
    ),
  ].join('\n');
}

/** What growth in proportion to x looks like that ends at the same point: a measured line that is less steep grows less. */
function composeLinear(last: Panel['points'][number] | undefined, x: Axis, y: Axis): string[] {
  if (!last) return [];
  const from = Math.max(x.low, (y.low * last[0]) / last[1]);
  const [x1, y1] = [x.place(from), y.place((last[1] * from) / last[0])];
  const [x2, y2] = [x.place(last[0]), y.place(last[1])];
  return [
    `<path d="M${x1} ${y1}L${x2} ${y2}" stroke="${MUTED}" stroke-dasharray="4 4"/>`,
    composeText((x1 + x2) / 2 + 10, (y1 + y2) / 2 + 4, 'linear', `text-anchor="start" fill="${MUTED}"`),
  ];
}

interface Axis {
  readonly low: number;
  /** Powers of ten, the first and the last of them at its ends. */
  readonly ticks: readonly number[];
  place(value: number): number;
}

function openAxis(values: readonly number[], start: number, end: number): Axis {
  const first = Math.floor(Math.log10(Math.min(...values)));
  const last = Math.ceil(Math.log10(Math.max(...values)));
  const decades = Math.max(1, last - first);
  return {
    low: 10 ** first,
    ticks: Array.from({ length: decades + 1 }, (_, at) => 10 ** (first + at)),
    place: (value) => Math.round(start + ((end - start) * (Math.log10(value) - first)) / decades),
  };
}

const formatValue = (value: number): string => value.toLocaleString('en-US', { maximumSignificantDigits: 3 });

function composeText(x: number, y: number, text: string, attributes = ''): string {
  const anchor = attributes.includes('text-anchor') ? '' : ' text-anchor="middle"';
  return `<text x="${x}" y="${y}"${anchor} ${attributes}>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`;
}
