import { quietFor, type Traffic, takeTraffic } from './api.ts';
import { rendered, TARGET } from './screen.tsx';

/** What one or many changes did, apart from the time that the trace tells. */
export interface Life extends Traffic {
  rows: number;
  /** Frames that were painted after the click with the number of before. */
  staleFrames: number;
  /** From the click to the changed number in the DOM, in ms. */
  latency: number;
}

const QUIET = 40;
const element = (id: string) => document.getElementById(id) as HTMLElement;
const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const target = () => document.querySelectorAll<HTMLElement>('li output')[TARGET] as HTMLElement;
const total = () => Number(element('total').textContent);

/** Waits until a text is what it is to be: told in the microtask after the commit. */
function when(node: HTMLElement, isThere: (text: string) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (!isThere(node.textContent ?? '')) return;
      observer.disconnect();
      resolve();
    });
    observer.observe(node, { characterData: true, childList: true, subtree: true });
  });
}

/** The tasks in here are marked, so that none of them is counted. */
async function untilQuiet(): Promise<void> {
  do {
    await after(QUIET / 2);
    performance.mark('bench:harness');
  } while (quietFor() < QUIET);
}

/**
 * A click at the worst moment: in the frame's own callback, just before it is painted. A second callback of the same frame, and one
 * of each frame to come, see what is going to be painted.
 */
function click(button: string, by: number): Promise<{ staleFrames: number; latency: number }> {
  const node = target();
  const before = Number(node.textContent);
  const isChanged = () => Number(node.textContent) >= before + by;
  return new Promise((resolve) => {
    let startedAt = 0;
    let staleFrames = 0;
    let latency = -1;
    const look = () => {
      if (isChanged()) return resolve({ staleFrames, latency });
      staleFrames++;
      requestAnimationFrame(look);
    };
    requestAnimationFrame(() => {
      void when(node, isChanged).then(() => {
        performance.mark('bench:commit');
        latency = performance.now() - startedAt;
      });
      startedAt = performance.now();
      performance.mark('bench:click');
      element(button).click();
    });
    requestAnimationFrame(look);
  });
}

async function live(button: string, by: number): Promise<Life> {
  takeTraffic();
  rendered.rows = 0;
  const shown = await click(button, by);
  await untilQuiet();
  performance.mark('bench:quiet');
  return { ...shown, ...takeTraffic(), rows: rendered.rows };
}

/** What the driver calls from outside. Each call resolves when the page is quiet. */
export const harness = {
  /**
   * Loads page after page until so many collections are cached, or the time is up. Gives how many there are, and how long each page took
   * from the click to the commit, in ms.
   */
  async load(size: number, ms: number): Promise<{ total: number; latencies: number[] }> {
    const latencies: number[] = [];
    for (const end = performance.now() + ms; total() < size && performance.now() < end; ) {
      const now = total();
      const next = when(element('total'), (text) => Number(text) > now);
      performance.mark('bench:page');
      const startedAt = performance.now();
      element('more').click();
      await next;
      latencies.push(performance.now() - startedAt);
      // The next page is asked for by a click of its own, when this one is all done.
      await after(QUIET / 10);
    }
    performance.mark('bench:page');
    await untilQuiet();
    return { total: total(), latencies };
  },
  /** Waits for the first page. */
  async first(): Promise<void> {
    while (total() === 0) await after(5);
    await untilQuiet();
  },
  /** So many changes one after another, each with its whole life; fewer where the time is up. */
  async lives(times: number, ms: number): Promise<Life[]> {
    const lives: Life[] = [];
    for (const end = performance.now() + ms; lives.length < times && (!lives.length || performance.now() < end); )
      lives.push(await live('one', 1));
    return lives;
  },
  /** Many changes in one tick, to the end. */
  burst: (by: number): Promise<Life> => live('burst', by),
};

export type Harness = typeof harness;
