import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { DemoScreen } from './DemoScreen.ts';
import { type DemoPage, type RunningDemo, startDemo } from './startDemo.ts';

/** Reads until it is what is expected. */
export const eventually = (read: () => Promise<unknown>) => expect.poll(read, { timeout: 60_000, interval: 50 });

/** The demo for the tests of a file: each has a browser of its own, and at its end no page may have complained. */
export class DemoTests {
  #demo: RunningDemo | undefined;
  #screen: DemoScreen | undefined;
  #opened: DemoPage[] = [];
  /** Chromium itself reports every refused request in the console. Only a test that asks for one may see that. */
  #isTroubled = false;
  #warning: RegExp | undefined;

  constructor() {
    beforeAll(async () => {
      this.#demo = await startDemo('built');
    });
    afterAll(() => this.demo.close());
    beforeEach(async () => {
      this.#isTroubled = false;
      this.#warning = undefined;
      await this.demo.control('POST', '/reset');
      await this.demo.control('PUT', '/latency', { latency: 60 });
      this.#opened = [await this.demo.open()];
      this.#screen = await this.#screenOf(this.#opened[0]);
    });
    afterEach(async () => {
      for (const { page } of this.#opened) await page.context().close();
      expect([...new Set(this.#opened.flatMap(({ hosts }) => [...hosts]))]).toEqual(['127.0.0.1']);
      const complaints = this.#opened.flatMap((each) => each.complaints);
      const asked = complaints.filter((text) => this.#warning?.test(text));
      const unasked = complaints.filter(
        (text) => !asked.includes(text) && !(this.#isTroubled && text.startsWith('Failed to load resource')),
      );
      expect(unasked).toEqual([]);
      expect(asked.length > 0).toBe(this.#warning !== undefined);
    });
  }

  get demo(): RunningDemo {
    if (!this.#demo) throw new Error('The demo is not served yet');
    return this.#demo;
  }

  get screen(): DemoScreen {
    if (!this.#screen) throw new Error('No page is open yet');
    return this.#screen;
  }

  /** One more tab beside the test's own. */
  async openBeside(): Promise<DemoScreen> {
    const opened = await this.demo.openBeside(this.screen.page);
    this.#opened.push(opened);
    return this.#screenOf(opened);
  }

  /** Requests may fail from now on. */
  expectTrouble(): void {
    this.#isTroubled = true;
  }

  /** The page has to warn of something. */
  expectWarning(warning: RegExp): void {
    this.#warning = warning;
  }

  /** What goes wrong from now on. */
  async trouble(fault: object): Promise<void> {
    this.expectTrouble();
    await this.demo.control('POST', '/faults', fault);
  }

  async #screenOf(opened: DemoPage | undefined): Promise<DemoScreen> {
    if (!opened) throw new Error('No page is open yet');
    const screen = new DemoScreen(opened.page);
    await screen.rows.first().waitFor();
    return screen;
  }
}
