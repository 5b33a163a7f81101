import { median, ratios, summary } from './statistics.mjs';

const times = (n) => `×${n.toFixed(2)}`;
const kB = (bytes) => `${(bytes / 1000).toFixed(2)} kB`;
const count = (n) => n.toLocaleString('en');

/** A column of every round. */
const column = (rounds, field) => rounds.map((round) => round.map((life) => life[field]));
const flat = (rounds, field) => column(rounds, field).flat();

/** The numbers of one subject at one size, in ratios to the floor. */
export function numbersOf(results, floor) {
  const { lives, bursts, pages, heap, cold } = results;
  return {
    ...(lives.length && {
      life: ratios(column(lives, 'script'), column(floor.lives, 'script')),
      lifeMs: summary(flat(lives, 'script')),
      commit: ratios(column(lives, 'toCommit'), column(floor.lives, 'toCommit')),
      latencyMs: median(flat(lives, 'latency')),
      rows: Math.max(...flat(lives, 'rows')),
      staleFrames: Math.max(...flat(lives, 'staleFrames')),
      reads: Math.max(...flat(lives, 'reads')),
    }),
    ...(bursts.length && {
      burst: ratios(column(bursts, 'script'), column(floor.bursts, 'script')),
      burstMs: median(flat(bursts, 'script')),
      burstLatencyMs: median(flat(bursts, 'latency')),
      burstLongest: median(flat(bursts, 'longest')),
      burstWrites: Math.max(...flat(bursts, 'writes')),
      burstReads: Math.max(...flat(bursts, 'reads')),
      burstBytes: median(flat(bursts, 'bytes')),
      burstStaleFrames: Math.max(...flat(bursts, 'staleFrames')),
      burstRows: median(flat(bursts, 'rows')),
    }),
    ...(pages.length &&
      floor.pages.length && {
        page: ratios(column(pages, 'script'), column(floor.pages, 'script')),
        pageMs: median(flat(pages, 'script')),
        pageLatency: ratios(column(pages, 'latency'), column(floor.pages, 'latency')),
        pageLatencyMs: median(flat(pages, 'latency')),
      }),
    ...(cold.length && {
      cold: ratios(column(cold, 'script'), column(floor.cold, 'script')),
      coldMs: median(flat(cold, 'script')),
    }),
    ...(heap !== undefined && { heap: heap / floor.heap, heapBytes: heap }),
  };
}

/**
 * The figures to reach, each with what was measured.
 *
 * @returns {{ figure: string, measured: string, reached: boolean }[]}
 */
export function figures(numbers, bytes) {
  const sizes = [...numbers.keys()];
  const ours = (size) => numbers.get(size).get('ours');
  const list = [];
  const figure = (text, measured, reached) => list.push({ figure: text, measured, reached });
  const overSizes = (text, over, read, show, isReached) => {
    const values = over.map((size) => [size, read(ours(size))]).filter(([, value]) => value !== undefined);
    if (!values.length) return;
    const measured = values.map(([size, value]) => `${show(value)} at ${count(size)}`).join(', ');
    figure(
      text,
      measured,
      values.every(([, value]) => isReached(value)),
    );
  };

  const peersAt = (size, read, ids) =>
    [...numbers.get(size)]
      .filter(([id]) => !['ours', 'floor', 'mutation'].includes(id) && (!ids || ids.includes(id)))
      .map(([id, n]) => [size, id, read(n)])
      .filter(([, , value]) => value !== undefined);
  const below = (text, read, ids) => {
    const ahead = sizes.flatMap((size) => peersAt(size, read, ids).filter(([, , value]) => value < read(ours(size))));
    figure(
      text,
      ahead.map(([size, id, value]) => `${id} ${times(value)} at ${count(size)}`).join(', ') || 'below all',
      !ahead.length,
    );
  };

  overSizes(
    'script of one change, at most ×1.4 the floor up to 10,000',
    sizes.filter((size) => size <= 10_000),
    (n) => n.life?.median,
    times,
    (n) => n <= 1.4,
  );
  overSizes(
    'the same at 100,000, at most ×1.6',
    sizes.filter((size) => size > 10_000),
    (n) => n.life?.median,
    times,
    (n) => n <= 1.6,
  );
  below('script of one change, below every peer', (n) => n.life?.median);
  overSizes(
    'script of the first change of a page, at most ×2',
    sizes.slice(0, 1),
    (n) => n.cold?.median,
    times,
    (n) => n <= 2,
  );
  overSizes(
    'frames painted with the old number after a click, 0',
    sizes,
    (n) => n.staleFrames,
    String,
    (n) => n === 0,
  );
  overSizes(
    'the same in the burst, 0',
    sizes,
    (n) => n.burstStaleFrames,
    String,
    (n) => n === 0,
  );
  overSizes(
    'rows rendered by one change, at most 2',
    sizes,
    (n) => n.rows,
    String,
    (n) => n <= 2,
  );
  overSizes(
    'reads caused by a change, 0',
    sizes,
    (n) => n.reads,
    String,
    (n) => n === 0,
  );
  overSizes(
    'requests of the burst, 5 writes and 0 reads',
    sizes,
    (n) => n.burst && `${n.burstWrites} + ${n.burstReads}`,
    String,
    (n) => n === '5 + 0',
  );
  overSizes(
    'script of the burst, at most ×2',
    sizes,
    (n) => n.burst?.median,
    times,
    (n) => n <= 2,
  );
  const floorAt = numbers.get(sizes[0]).get('floor').burstLatencyMs;
  overSizes(
    `the burst's sum in the DOM, at most ×8 the floor's ${floorAt?.toFixed(1)} ms on the wall clock`,
    sizes,
    (n) => n.burstLatencyMs,
    (n) => `${n.toFixed(1)} ms`,
    (n) => n <= 8 * floorAt,
  );
  overSizes(
    'script of one more page, at most ×1.5',
    sizes,
    (n) => n.page?.median,
    times,
    (n) => n <= 1.5,
  );
  overSizes(
    'wall clock of one more page, at most ×1.5',
    sizes,
    (n) => n.pageLatency?.median,
    times,
    (n) => n <= 1.5,
  );
  below('script of one more page, not above the recipe', (n) => n.page?.median, ['recipe']);
  overSizes(
    'heap per collection, at most ×1.1',
    sizes.slice(-1),
    (n) => n.heap,
    times,
    (n) => n <= 1.1,
  );
  for (const { names, limit, brotli } of bytes)
    if (limit) figure(`${names}, min and brotli, at most ${limit / 1000} kB`, kB(brotli), brotli <= limit);
  return list;
}
