// Merged stacks → a flame graph as SVG: what calls lies under what is called, as wide as its share of the time. By hand: what the registry
// has draws by a browser's script or writes a page of HTML.
import type { Frame } from './fold-profile.ts';

const [WIDTH, ROW, TOP] = [1200, 17, 58];
const LEAST_SHARE = 0.002;
/** Of the font's characters, in its size. */
const CHARACTER_WIDTH = 6.7;

const COLOURS = [
  { is: / node:|^wasm-function|^(?!.*:\d+$)/, fill: '#d1d9e0', stands: 'Node and V8' },
  { is: / (src|forwarder|contract|dist)\//, fill: '#9ecbff', stands: 'Nectr' },
  { is: /./, fill: '#ffd8a8', stands: 'packages' },
];

export function composeFlameGraph(title: string, root: Frame): string {
  const boxes = placeFrames(root, root.microseconds);
  const rows = Math.max(...boxes.map(({ depth }) => depth)) + 1;
  const height = TOP + rows * ROW + 12;
  const milliseconds = Math.round(root.microseconds / 1000).toLocaleString('en-US');
  const legend = COLOURS.map(({ fill, stands }, at) => {
    const x = WIDTH - 10 - (COLOURS.length - at) * 110;
    return `<rect x="${x}" y="34" width="12" height="12" fill="${fill}"/><text x="${x + 17}" y="44">${stands}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="monospace" font-size="11" fill="#1f2328">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="10" y="22" font-size="15" font-weight="bold">${escape(title)}</text>`,
    `<text x="10" y="44">${milliseconds} ms of work; frames below ${LEAST_SHARE * 100} % are left out</text>`,
    ...legend,
    ...boxes.map((box) => composeBox(box, TOP + (rows - box.depth - 1) * ROW)),
    '</svg>\n',
  ].join('\n');
}

interface Box {
  readonly name: string;
  readonly depth: number;
  /** From 0 to 1, of the whole. */
  readonly start: number;
  readonly share: number;
}

function placeFrames(frame: Frame, whole: number, start = 0, depth = 0): Box[] {
  const share = whole === 0 ? 1 : frame.microseconds / whole;
  if (share < LEAST_SHARE) return [];
  let at = start;
  const above = frame.children.flatMap((child) => {
    const boxes = placeFrames(child, whole, at, depth + 1);
    at += child.microseconds / whole;
    return boxes;
  });
  return [{ name: frame.name, depth, start, share }, ...above];
}

function composeBox({ name, start, share }: Box, y: number): string {
  const [x, width] = [10 + start * (WIDTH - 20), share * (WIDTH - 20)];
  const { fill } = COLOURS.find(({ is }) => is.test(name)) ?? { fill: '#ffffff' };
  const rectangle = `<rect x="${x.toFixed(1)}" y="${y}" width="${Math.max(0.5, width - 0.5).toFixed(1)}" height="${ROW - 1}" fill="${fill}"/>`;
  const text = cutText(name, width - 6);
  const label = text === '' ? '' : `<text x="${(x + 3).toFixed(1)}" y="${y + 12}">${escape(text)}</text>`;
  return `<g><title>${escape(name)}: ${(share * 100).toFixed(1)} %</title>${rectangle}${label}</g>`;
}

/** As much of it as fits; nothing when that says nothing. */
function cutText(text: string, width: number): string {
  const fits = Math.floor(width / CHARACTER_WIDTH);
  if (fits < 4) return '';
  return text.length <= fits ? text : `${text.slice(0, fits - 1)}…`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
