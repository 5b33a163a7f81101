const WIDTH = 720;
const HEIGHT = 400;
const LEFT = 56;
const RIGHT = 190;
const TOP = 56;
const BOTTOM = 48;
const TICKS = [1, 3, 10, 30, 100, 300, 1000];

const asText = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

/**
 * A chart of the script of one change by the number of cached collections, both axes logarithmic. Light and dark are the reader's.
 *
 * @param {{ id: string, name: string }[]} subjects
 * @param {Map<number, Map<string, { life?: { median: number } }>>} numbers
 */
export function chart(subjects, numbers) {
  const sizes = [...numbers.keys()];
  const lines = subjects.map(({ id, name }) => ({
    id,
    name,
    points: sizes.flatMap((size) => {
      const value = numbers.get(size).get(id).life?.median;
      return value === undefined ? [] : [[size, value]];
    }),
  }));
  const top = Math.max(3, ...lines.flatMap(({ points }) => points.map(([, value]) => value)));
  const ticks = TICKS.filter((tick) => tick <= top * 1.3);
  const [low, high] = [Math.log(0.8), Math.log(top * 1.3)];
  const [first, last] = [Math.log(sizes[0]), Math.log(sizes.at(-1))];
  const x = (size) => LEFT + ((Math.log(size) - first) / (last - first || 1)) * (WIDTH - LEFT - RIGHT);
  const y = (value) => HEIGHT - BOTTOM - ((Math.log(value) - low) / (high - low)) * (HEIGHT - TOP - BOTTOM);

  // Names that end at nearly the same height are moved apart.
  const named = lines.filter(({ points }) => points.length).sort((a, b) => a.points.at(-1)[1] - b.points.at(-1)[1]);
  let above = HEIGHT;
  for (const line of named) {
    line.nameAt = Math.min(y(line.points.at(-1)[1]) + 4, above - 16);
    above = line.nameAt;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="title" font-family="system-ui, sans-serif" font-size="12">
<title id="title">Script of one change, as a ratio to a bare store, by the number of cached collections</title>
<style>
  svg { --ink: #1f2328; --faint: #d1d9e0; --ours: #0969da; --peer: #818b98; }
  @media (prefers-color-scheme: dark) { svg { --ink: #f0f6fc; --faint: #3d444d; --ours: #4493f8; --peer: #9198a1; } }
  text { fill: var(--ink); }
  .grid { stroke: var(--faint); }
  .line { fill: none; stroke: var(--peer); stroke-width: 1.5; }
  .dot { fill: var(--peer); }
  .ours.line { stroke: var(--ours); stroke-width: 3; }
  .ours.dot { fill: var(--ours); }
  .floor.line { stroke-dasharray: 4 4; }
  .ours.name { fill: var(--ours); font-weight: 600; }
</style>
<text x="${LEFT}" y="22" font-size="15" font-weight="600">Script of one change, from the click to the last refetch</text>
<text x="${LEFT}" y="40">as a ratio to a bare store that changes one row; less is better</text>
${ticks.map((tick) => `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(tick).toFixed(1)}" y2="${y(tick).toFixed(1)}"/><text x="${LEFT - 8}" y="${(y(tick) + 4).toFixed(1)}" text-anchor="end">×${tick}</text>`).join('\n')}
${sizes.map((size) => `<text x="${x(size).toFixed(1)}" y="${HEIGHT - BOTTOM + 20}" text-anchor="middle">${size.toLocaleString('en')}</text>`).join('\n')}
<text x="${((LEFT + WIDTH - RIGHT) / 2).toFixed(1)}" y="${HEIGHT - 8}" text-anchor="middle">cached collections</text>
${named
  .map(
    ({ id, name, points, nameAt }) =>
      `<polyline class="line ${id}" points="${points.map(([size, value]) => `${x(size).toFixed(1)},${y(value).toFixed(1)}`).join(' ')}"/>` +
      points
        .map(
          ([size, value]) => `<circle class="dot ${id}" cx="${x(size).toFixed(1)}" cy="${y(value).toFixed(1)}" r="3"/>`,
        )
        .join('') +
      `<text class="name ${id}" x="${(x(points.at(-1)[0]) + 8).toFixed(1)}" y="${nameAt.toFixed(1)}">${asText(name)} ×${points.at(-1)[1] < 10 ? points.at(-1)[1].toFixed(1) : points.at(-1)[1].toFixed(0)}</text>`,
  )
  .join('\n')}
</svg>
`;
}
