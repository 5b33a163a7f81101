const count = (n) => n.toLocaleString('en');
const times = (n) => `×${n < 10 ? n.toFixed(2) : n.toFixed(0)}`;
const spread = (value) => value && `${times(value.median)} <sub>${times(value.low)} to ${times(value.high)}</sub>`;
const ms = (value) => value !== undefined && `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;

/** The results as a page of Markdown. */
export function markdown({ subjects, numbers, gaveUp, figures, bytes, command, machine, date }) {
  const sizes = [...numbers.keys()];
  const last = (id) => gaveUp.get(id);
  const absent = (id, size) => (last(id) && last(id).size <= size ? 'did not finish' : '–');
  const table = (title, said, read) => [
    `## ${title}`,
    '',
    said,
    '',
    `| cached collections | ${sizes.map(count).join(' | ')} |`,
    `| --- |${' ---: |'.repeat(sizes.length)}`,
    ...subjects.map(
      ({ id, name }) =>
        `| ${name} | ${sizes.map((size) => read(numbers.get(size).get(id), id, size) || absent(id, size)).join(' | ')} |`,
    ),
    '',
  ];
  /** The floor in milliseconds, the others as ratios to it. */
  const relative = (ratio, absolute) => (n, id) => (id === 'floor' ? ms(absolute(n)) : spread(ratio(n)));

  return [
    '# Benchmarks',
    '',
    `\`${command}\`, ${date}, ${machine}.`,
    '',
    'Script is what the main thread does, without layout and paint, on the clock of that thread. Ratios are to the floor in the same run,',
    'the median of the rounds, and small the range of their middle half. The floor is a bare external store that changes one row and lets',
    'React commit it, with the fewest requests that the API allows; it handles no failure and no overlap.',
    '',
    '![Script of one change, by the number of cached collections](./latest.svg)',
    '',
    ...table(
      'One change, its whole life',
      'Script from the click to the last thing that follows from it, refetches included.',
      relative(
        (n) => n.life,
        (n) => n.lifeMs?.median,
      ),
    ),
    ...table('From the click to the commit', 'Script until the changed number is in the DOM.', (n, id, size) => {
      if (id === 'floor') return n.latencyMs !== undefined && '×1';
      return relative(
        (m) => m.commit,
        () => undefined,
      )(n, id, size);
    }),
    ...table('From the click to the commit, on the wall clock', 'Timers that a library waits for are in it.', (n) =>
      ms(n.latencyMs),
    ),
    ...table(
      'The first change of a page',
      'Script of the whole life of the first change after the first page of 100, in a page that was just opened.',
      (n, id, size) =>
        size === sizes[0] &&
        relative(
          (m) => m.cold,
          (m) => m.coldMs,
        )(n, id),
    ),
    ...table(
      'Rows rendered, stale frames, reads',
      'By one change: rows rendered / frames painted with the old number after the click / reads.',
      (n) => n.life && `${n.rows} / ${n.staleFrames} / ${n.reads}`,
    ),
    ...table(
      '200 adds in one tick',
      'Script from the click to the end.',
      relative(
        (n) => n.burst,
        (n) => n.burstMs,
      ),
    ),
    ...table(
      '200 adds in one tick: until the sum is in the DOM',
      'On the wall clock, from the click.',
      (n) => n.burst && ms(n.burstLatencyMs),
    ),
    ...table(
      '200 adds in one tick: requests',
      'Writes + reads, and the bytes of their bodies.',
      (n) => n.burst && `${n.burstWrites} + ${n.burstReads}, ${count(Math.round(n.burstBytes / 1000))} kB`,
    ),
    ...table(
      '200 adds in one tick: longest task, stale frames',
      'The longest task with layout and paint / frames painted with the old number after the click.',
      (n) => n.burst && `${ms(n.burstLongest)} / ${n.burstStaleFrames}`,
    ),
    ...table(
      'One more page of 100',
      'Script of loading the last pages before this size.',
      relative(
        (n) => n.page,
        (n) => n.pageMs,
      ),
    ),
    ...table(
      'One more page of 100, on the wall clock',
      'From the click to the commit; the answer comes from a worker, without a network.',
      relative(
        (n) => n.pageLatency,
        (n) => n.pageLatencyMs,
      ),
    ),
    ...table(
      'Heap per cached collection',
      'Of the page, after a collection of garbage.',
      (n, id) => n.heap && (id === 'floor' ? `${count(Math.round(n.heapBytes))} bytes` : times(n.heap)),
    ),
    '## Bytes',
    '',
    'Minified and brotli, with the internal names shortened as the build does, without peers and ofetch.',
    '',
    '| import | minified | brotli |',
    '| --- | ---: | ---: |',
    ...bytes.map(({ names, minified, brotli }) => `| \`${names}\` | ${count(minified)} | ${count(brotli)} |`),
    '',
    '## Figures to reach',
    '',
    '| figure | measured | |',
    '| --- | --- | --- |',
    ...figures.map(
      ({ figure, measured, reached }) => `| ${figure} | ${measured} | ${reached ? 'reached' : '**not reached**'} |`,
    ),
    '',
    ...[...gaveUp].map(
      ([id, { size, what }]) =>
        `${subjects.find((one) => one.id === id).name} did not finish ${what} at ${count(size)}.\n`,
    ),
  ].join('\n');
}
