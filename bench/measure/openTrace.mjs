/** What is not script: how the browser brings a change onto the screen, which costs every subject the same. */
const RENDERING = new Set(['UpdateLayoutTree', 'Layout', 'PrePaint', 'Paint', 'Layerize', 'Commit', 'HitTest']);

const CATEGORIES = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'blink.user_timing'];

/**
 * Records what the main thread of a page does while `work` runs.
 *
 * Times are of the thread's own clock, not of the wall: what else the machine does meanwhile is not counted.
 *
 * @param {import('playwright').CDPSession} browser
 * @param {() => Promise<unknown>} work
 */
export async function openTrace(browser, work) {
  const events = [];
  const collect = ({ value }) => events.push(...value);
  browser.on('Tracing.dataCollected', collect);
  await browser.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { recordMode: 'recordUntilFull', includedCategories: CATEGORIES, excludedCategories: ['*'] },
  });
  try {
    return { result: await work(), events };
  } finally {
    const complete = new Promise((resolve) => browser.once('Tracing.tracingComplete', resolve));
    await browser.send('Tracing.end');
    await complete;
    browser.off('Tracing.dataCollected', collect);
  }
}

/**
 * The tasks and marks of the thread that made the marks, in order.
 *
 * @param {{ name: string, ph: string, pid: number, tid: number, tts: number, tdur?: number }[]} events
 */
export function readTrace(events) {
  const first = events.find(({ name }) => name.startsWith('bench:'));
  if (!first) throw new Error('The trace holds none of the marks of the page.');
  const own = events
    .filter(({ pid, tid, tts }) => pid === first.pid && tid === first.tid && tts !== undefined)
    .sort((a, b) => a.tts - b.tts);
  const marks = own.filter(({ name }) => name.startsWith('bench:')).map(({ name, tts }) => ({ name, at: tts }));
  const spans = (isOne) => outermost(own.filter((event) => event.ph === 'X' && isOne(event)));
  const rendering = spans(({ name }) => RENDERING.has(name));
  const harness = marks.filter(({ name }) => name === 'bench:harness');
  const tasks = spans(({ name }) => name === 'RunTask').filter(
    ({ start, end }) => !harness.some(({ at }) => at >= start && at <= end),
  );
  return { marks, tasks, rendering };
}

function outermost(events) {
  const spans = [];
  for (const { tts: start, tdur = 0 } of events) {
    const last = spans.at(-1);
    if (last && start < last.end) continue;
    spans.push({ start, end: start + tdur });
  }
  return spans;
}

const within = (spans, from, to) =>
  spans.reduce((sum, { start, end }) => sum + Math.max(0, Math.min(end, to) - Math.max(start, from)), 0);

/** Script between two times, in ms: tasks without what is rendering in them. */
export const scriptBetween = ({ tasks, rendering }, from, to) =>
  (within(tasks, from, to) - within(rendering, from, to)) / 1_000;

/** The longest task that begins between two times or holds the first, in ms, rendering included. */
export const longestTask = ({ tasks }, from, to) =>
  Math.max(0, ...tasks.filter(({ start, end }) => end > from && start < to).map(({ start, end }) => end - start)) /
  1_000;
