import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startDemo } from '../tests/e2e/startDemo.ts';
import { DIAGRAMS, diagram } from './diagram.mjs';

/**
 * The pictures in the README and the guides: `npm run pictures`, then look at them.
 *
 * Most are taken from the demo as it is: a part of the screen, named by a selector, in a state that its steps bring about. Where there
 * is nothing to be seen on a screen, a guide has a diagram.
 */

const FOLDER = fileURLToPath(new URL('../docs/pictures', import.meta.url));
const demo = await startDemo('built');

/**
 * @param {string} name
 * @param {{ size?: [number, number], latency?: number, part?: string }} options
 * @param {(page: import('playwright').Page, press: (name: string) => Promise<void>) => Promise<void>} steps
 */
async function picture(name, { size: [width, height] = [1180, 720], latency = 20, part }, steps) {
  await demo.control('POST', '/reset');
  await demo.control('PUT', '/latency', { latency });
  const { page } = await demo.open();
  page.setDefaultTimeout(60_000);
  // A picture with a time in it is the same each time.
  await page.clock.setFixedTime(new Date(2026, 0, 5, 10));
  await page.setViewportSize({ width, height });
  // A hash alone is no new page; the demo opens the panel only where it finds room for it when it starts.
  await page.reload();
  await page.locator('.row').first().waitFor();
  await steps(page, (button) => page.getByRole('button', { name: button, exact: true }).click());
  await page.mouse.move(0, 0);
  await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode().catch(() => undefined))));
  const path = join(FOLDER, `${name}.png`);
  // What turns is taken where its turn begins, else no two pictures are alike.
  if (part) await page.locator(part).screenshot({ path, animations: 'disabled' });
  else await page.screenshot({ path, animations: 'disabled' });
  await page.context().close();
  console.log(`docs/pictures/${name}.png`);
}

/** Opens a row, and waits for what is in it. */
async function open(page, index) {
  await page.locator('.row').nth(index).click();
  await page.locator('.contents .tile:not(.skeleton)').first().waitFor();
}

try {
  await picture('demo', {}, async (page, press) => {
    await open(page, 4);
    await demo.control('PUT', '/latency', { latency: 3000 });
    await press('Add 60');
    await page.getByText('Saving 1 change…').waitFor();
  });
  await picture('lists', { size: [760, 420], part: '.columns' }, async (page, press) => {
    if (await page.locator('#panel').count()) await press('Close the panel');
    await open(page, 4);
  });
  await picture('infinite-scroll', { size: [390, 520], part: '.list' }, async (page) => {
    await demo.control('PUT', '/latency', { latency: 60_000 });
    await page.locator('.list-scroller').evaluate((list) => list.scrollTo(0, list.scrollHeight));
    await page.getByText('Loading more…').waitFor();
  });
  await picture('optimistic-ui', { size: [760, 420] }, async (page, press) => {
    await open(page, 4);
    await demo.control('POST', '/faults', { kind: 'refuse', on: 'write', times: 1 });
    await press('Add 60');
    await page.getByRole('alert').waitFor();
    await demo.control('PUT', '/latency', { latency: 60_000 });
    await press('Add 500');
    await page.getByRole('progressbar').waitFor();
  });
  await picture('offline', { size: [760, 420] }, async (page, press) => {
    await open(page, 4);
    await press('Make trouble');
    await page.getByRole('switch', { name: 'Offline' }).click();
    await press('Close the panel');
    await page.locator('.contents .tile').first().click();
    await press('Remove from collection');
    await page.getByText('Offline: 1 change to send').waitFor();
  });
  await picture('errors', { size: [760, 420] }, async (page, press) => {
    await open(page, 4);
    await demo.control('POST', '/faults', { kind: 'refuse', on: 'write', times: 1 });
    await page.locator('.contents .tile').first().click();
    await press('Remove from collection');
    await page.getByRole('alert').waitFor();
    await page.evaluate(() => {
      location.hash = '#/collection_of_yesterday';
    });
    await page.getByText('does not exist any more').waitFor();
  });
  await picture('limits', { size: [760, 420] }, async (page, press) => {
    await open(page, 4);
    await demo.control('PUT', '/limit', { limit: { requests: 1, per: 30_000 } });
    for (const saying of ['Saved', '1 change to send at']) {
      await page.locator('.contents .tile').first().click();
      await press('Remove from collection');
      await page.getByText(saying).first().waitFor();
    }
    await page.getByText('Saved on this device').waitFor();
  });
  for (const [name, parts] of Object.entries(DIAGRAMS)) {
    const { page } = await demo.open();
    await page.setViewportSize({ width: 900, height: 400 });
    await page.setContent(diagram(parts));
    await page.locator('#picture').screenshot({ path: join(FOLDER, `${name}.png`) });
    await page.context().close();
    console.log(`docs/pictures/${name}.png`);
  }
  await picture('testing', { size: [1180, 820], part: '#panel' }, async (page, press) => {
    await open(page, 4);
    await press('Refuse it');
    await page.getByText('The next write will be refused').waitFor();
  });
} finally {
  await demo.close();
}
