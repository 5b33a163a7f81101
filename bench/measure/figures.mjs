import { median, ratios, summary } from './statistics.mjs';

const times = (n) => `×${n.toFixed(2)}`;
const kB = (bytes) => `${(bytes / 1000).toFixed(2)} kB`;
const count = (n) => n.toLocaleString('en');

/** A column of every round. */
const column = (rounds, field) => rounds.map((round) => round.map((life) => life[field]));
const flat = (rounds, field) => column(rounds, field).flat();

/** The numbers of one subject at one size, in ratios to the floor. */
export function numbersOf(results, floor) {
  const { lives, bursts, pages, heap } = results;
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
      burstLongest: median(flat(bursts, 'longest')),
      burstWrites: Math.max(...flat(bursts, 'writes')),
      burstReads: Math.max(...flat(bursts, 'reads')),
      burstBytes: median(flat(bursts, 'bytes')),
      burstStaleFrames: Math.max(...flat(bursts, 'staleFrames')),
      burstRows: median(flat(bursts, 'rows')),
    }),
    ...(pages.length && floor.pages.length && { page: ratios(pages, floor.pages), pageMs: median(pages.flat()) }),
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

  overSizes(
    'script of one change, at most ×1.5 the floor',
    sizes,
    (n) => n.life?.median,
    times,
    (n) => n <= 1.5,
  );
  const peers = sizes
    .filter((size) => size >= 1_000)
    .flatMap((size) =>
      [...numbers.get(size)]
        .filter(([id]) => id !== 'ours' && id !== 'floor')
        .map(([id, n]) => [size, id, n.life?.median]),
    )
    .filter(([, , value]) => value !== undefined);
  const ahead = peers.filter(([size, , value]) => value <= ours(size).life.median);
  figure(
    'script of one change, below every peer from 1,000 up',
    ahead.length ? ahead.map(([size, id, value]) => `${id} ${times(value)} at ${count(size)}`).join(', ') : 'below all',
    !ahead.length,
  );
  overSizes(
    'script from the click to the commit, at most ×1.75',
    sizes,
    (n) => n.commit?.median,
    times,
    (n) => n <= 1.75,
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
    'script of the burst, at most ×1.8',
    sizes,
    (n) => n.burst?.median,
    times,
    (n) => n <= 1.8,
  );
  overSizes(
    'longest task of the burst, at most 10 ms',
    sizes,
    (n) => n.burstLongest,
    (n) => `${n.toFixed(1)} ms`,
    (n) => n <= 10,
  );
  overSizes(
    'script of one more page, at most ×1.6 from 10,000 up',
    sizes.filter((size) => size >= 10_000),
    (n) => n.page?.median,
    times,
    (n) => n <= 1.6,
  );
  overSizes(
    'heap per collection, at most ×1.1',
    sizes.slice(-1),
    (n) => n.heap,
    times,
    (n) => n <= 1.1,
  );
  for (const { names, limit, brotli } of bytes)
    figure(`${names}, min and brotli, at most ${limit / 1000} kB`, kB(brotli), brotli <= limit);
  return list;
}
