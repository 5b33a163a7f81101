import { longestTask, openTrace, readTrace, scriptBetween } from './openTrace.mjs';

/** A page with one subject in it, in a process of its own. */
export class Stage {
  #browser;
  #context;
  #page;
  #session;

  /**
   * @param {import('playwright').Browser} browser
   * @param {string} address
   * @param {string} subject
   */
  static async open(browser, address, subject) {
    const stage = new Stage();
    stage.subject = subject;
    stage.#browser = await browser.newBrowserCDPSession();
    // A context of its own is a process of its own: no garbage and no lock is shared.
    stage.#context = await browser.newContext();
    const page = await stage.#context.newPage();
    page.on('pageerror', (error) => console.error(`${subject}: ${error.stack}`));
    stage.#page = page;
    stage.#session = await stage.#context.newCDPSession(page);
    await page.goto(`${address}/?subject=${subject}`);
    await page.waitForFunction(() => 'bench' in globalThis);
    await page.evaluate(() => globalThis.bench.first());
    return stage;
  }

  /** Gives up on it. */
  async close() {
    await this.#context.close();
  }

  /** Loads up to so many collections, unwatched. False: the time was up. */
  async load(size, ms) {
    return (await this.#load(size, ms)).total >= size;
  }

  /** The same, watched: script and wall clock for each page, in ms. */
  async pages(size, ms) {
    const { result, events } = await openTrace(this.#browser, () => this.#load(size, ms));
    const trace = readTrace(events);
    const pages = trace.marks.filter(({ name }) => name === 'bench:page');
    return result.latencies.map((latency, i) => ({
      script: scriptBetween(trace, pages[i].at, pages[i + 1].at),
      latency,
    }));
  }

  /** Unmeasured changes, so that the engine has compiled what it will. */
  async warm(times, ms) {
    await this.#inTime(ms * 3, () => this.#page.evaluate(([n, time]) => globalThis.bench.lives(n, time), [times, ms]));
  }

  /** Changes one after another, each with its whole life. */
  lives(times, ms) {
    return this.#watch(ms * 3, () => this.#page.evaluate(([n, time]) => globalThis.bench.lives(n, time), [times, ms]));
  }

  /** Bursts that nobody measures. */
  async bursts(by, times) {
    for (let i = 0; i < times; i++) await this.#page.evaluate((n) => globalThis.bench.burst(n), by);
  }

  /** Many changes in one tick. */
  burst(by, ms) {
    return this.#watch(ms, async () => [await this.#page.evaluate((n) => globalThis.bench.burst(n), by)]);
  }

  /** Bytes on the heap of the page's main thread, without garbage. */
  async heap() {
    await this.#session.send('HeapProfiler.collectGarbage');
    await this.#session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await this.#session.send('Runtime.getHeapUsage');
    return usedSize;
  }

  /** A profile of what `work` does, for whoever wants to know why. */
  async profile(work) {
    await this.#session.send('Profiler.enable');
    await this.#session.send('Profiler.setSamplingInterval', { interval: 100 });
    await this.#session.send('Profiler.start');
    await work();
    return (await this.#session.send('Profiler.stop')).profile;
  }

  #load(size, ms) {
    return this.#inTime(ms, () => this.#page.evaluate(([to, time]) => globalThis.bench.load(to, time), [size, ms]));
  }

  async #watch(ms, work) {
    const { result, events } = await openTrace(this.#browser, () => this.#inTime(ms, work));
    const trace = readTrace(events);
    const at = (name) => trace.marks.filter((mark) => mark.name === name).map((mark) => mark.at);
    const [clicks, commits, quiets] = ['bench:click', 'bench:commit', 'bench:quiet'].map(at);
    return result.map((life, i) => ({
      ...life,
      script: scriptBetween(trace, clicks[i], quiets[i]),
      toCommit: scriptBetween(trace, clicks[i], commits[i]),
      longest: longestTask(trace, clicks[i], quiets[i]),
    }));
  }

  async #inTime(ms, work) {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new TimeIsUp(`${this.subject} took longer than ${ms} ms`)), ms + 5_000);
    });
    try {
      return await Promise.race([work(), late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** A subject that did not come to an end in its time. */
export class TimeIsUp extends Error {
  name = 'TimeIsUp';
}
