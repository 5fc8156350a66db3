/** Draws confidence against accuracy as SVG: where the bars meet the diagonal, the model knows how much it knows. */
import type { ConfidenceBin } from './calibration.ts';
import { type Markup, markup } from './markup.ts';

/** In units of the drawing: the square of the plot and the room for the axes. */
const side = 300;
const left = 52;
const top = 18;
const bottom = 46;
const right = 12;

const across = (share: number): number => rounded(left + share * side);
const up = (share: number): number => rounded(top + (1 - share) * side);

export function reliabilityPlot(bins: readonly ConfidenceBin[], description: string): Markup {
  const [width, height] = [left + side + right, top + side + bottom];
  const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1];
  return markup`<svg class="plot" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="plot-title plot-description">
<title id="plot-title">Reliability plot</title>
<desc id="plot-description">${description}</desc>
${ticks.map(
  (tick) => markup`<line class="grid" x1="${across(0)}" y1="${up(tick)}" x2="${across(1)}" y2="${up(tick)}"/>
<text class="tick" x="${left - 8}" y="${up(tick) + 4}" text-anchor="end">${tick * 100}</text>
<text class="tick" x="${across(tick)}" y="${up(0) + 18}" text-anchor="middle">${tick * 100}</text>
`,
)}
${bins.map(bar)}
<line class="ideal" x1="${across(0)}" y1="${up(0)}" x2="${across(1)}" y2="${up(1)}"/>
<text class="axis" x="${across(0.5)}" y="${height - 8}" text-anchor="middle">confidence, %</text>
<text class="axis" x="14" y="${up(0.5)}" text-anchor="middle" transform="rotate(-90 14 ${up(0.5)})">right, %</text>
</svg>`;
}

/** The bar is the accuracy, the dashed box how far it is from the mean confidence, the number the pictures. */
function bar({ from, to, pictures, accuracy, meanConfidence }: ConfidenceBin): Markup {
  if (accuracy === undefined || meanConfidence === undefined) return markup``;
  const [x, width] = [across(from) + 1.5, rounded((to - from) * side - 3)];
  const [low, high] = [Math.min(accuracy, meanConfidence), Math.max(accuracy, meanConfidence)];
  return markup`<rect class="bar" x="${x}" y="${up(accuracy)}" width="${width}" height="${rounded(accuracy * side)}"/>
<rect class="gap" x="${x}" y="${up(high)}" width="${width}" height="${rounded((high - low) * side)}"/>
<text class="count" x="${across((from + to) / 2)}" y="${rounded(up(high) - 4)}" text-anchor="middle">${pictures}</text>
`;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
