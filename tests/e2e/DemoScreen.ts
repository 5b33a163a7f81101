import type { Locator, Page } from 'playwright';

/** The demo's screen, as a person would speak of it. */
export class DemoScreen {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  get rows(): Locator {
    return this.page.locator('.row');
  }

  get tiles(): Locator {
    return this.page.locator('.contents .tile:not(.skeleton)');
  }

  /** The changes that need a person, or that take their time. */
  get cards(): Locator {
    return this.page.locator('.tray .card');
  }

  /** The mark of a change that outlives the page. */
  get stored(): Locator {
    return this.cards.getByText('Saved on this device');
  }

  get saving(): Locator {
    return this.page.locator('#saving-line');
  }

  get heading(): Locator {
    return this.page.locator('.detail h2');
  }

  /** The number beside the open collection's name. */
  async shown(): Promise<number> {
    return this.#number('item-count');
  }

  /** The number that the server holds, from the panel. */
  async atServer(): Promise<number> {
    return this.#number('server-count');
  }

  async writes(): Promise<number> {
    return this.#number('write-count');
  }

  /** Opens a collection that holds some assets, and waits until they are there. */
  async openOne(index = 0): Promise<void> {
    await this.rows.nth(index).click();
    await this.tiles.first().waitFor();
    await this.page.waitForFunction(() => document.querySelector('[data-testid=server-count]')?.textContent !== '–');
  }

  /** Ticks the first tiles of what is shown. */
  async choose(tiles: Locator, howMany: number): Promise<void> {
    for (let i = 0; i < howMany; i++) await tiles.nth(i).click();
  }

  /** Whether an element is within what its scroller shows. */
  async inSight(element: Locator, scroller: Locator): Promise<boolean> {
    const [inner, outer] = [await element.boundingBox(), await scroller.boundingBox()];
    return !!inner && !!outer && inner.y >= outer.y && inner.y + inner.height <= outer.y + outer.height;
  }

  /** What stands out of the page, or out of its own box without a "…" that says so. */
  async overflowing(): Promise<string[]> {
    return this.page.evaluate(() => {
      const name = (element: Element) => `${element.tagName.toLowerCase()}.${element.className}`;
      const isWanted = (element: Element) => {
        const { overflowX, textOverflow, clipPath, webkitLineClamp } = getComputedStyle(element);
        return overflowX === 'auto' || textOverflow === 'ellipsis' || clipPath !== 'none' || webkitLineClamp !== 'none';
      };
      return [...document.querySelectorAll<HTMLElement>('body *')].flatMap((element) => {
        if (!element.checkVisibility() || element.closest('svg')) return [];
        const { left, right, width } = element.getBoundingClientRect();
        if (width > 0 && !isWanted(element) && (right > innerWidth + 1 || left < -1))
          return [`${name(element)} leaves the page`];
        return element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0 && !isWanted(element)
          ? [`${name(element)} is wider than its box`]
          : [];
      });
    });
  }

  /** What can be pressed and is smaller than 24 pixels in a direction. */
  async smallTargets(): Promise<string[]> {
    return this.page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('button, a, input, [role="tab"]')].flatMap((element) => {
        if (!element.checkVisibility()) return [];
        const { width, height } = (element.closest('label') ?? element).getBoundingClientRect();
        return width < 24 || height < 24 ? [`${element.outerHTML.slice(0, 80)}: ${width} × ${height}`] : [];
      }),
    );
  }

  /**
   * Notes every number that is painted beside the open collection's name from now on, each as often as it comes. The function that
   * it gives tells them.
   */
  async watchCount(): Promise<() => Promise<string[]>> {
    await this.page.evaluate(() => {
      const seen: string[] = [];
      const look = () => {
        const text = document.querySelector('[data-testid=item-count]')?.textContent ?? '';
        if (text !== seen.at(-1)) seen.push(text);
        requestAnimationFrame(look);
      };
      look();
      (window as unknown as { seen: string[] }).seen = seen;
    });
    return () => this.page.evaluate(() => (window as unknown as { seen: string[] }).seen);
  }

  async #number(testId: string): Promise<number> {
    return Number((await this.page.getByTestId(testId).textContent())?.replace(',', ''));
  }
}
