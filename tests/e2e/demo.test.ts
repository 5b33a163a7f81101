import { beforeEach, expect, test } from 'vitest';
import { DemoScreen } from './DemoScreen.ts';
import { DemoTests, eventually } from './DemoTests.ts';

const its = new DemoTests();
let screen: DemoScreen;
beforeEach(() => {
  screen = its.screen;
});

test('the list can be scrolled to its end, and only the rows in sight are in the page', async () => {
  await its.demo.control('PUT', '/latency', { latency: 20 });
  const end = screen.page.getByText('That is all: 240 collections');
  let most = 0;
  while (!(await end.isVisible())) {
    await screen.page.locator('.list-scroller').evaluate((list) => list.scrollTo(0, list.scrollHeight));
    most = Math.max(most, await screen.rows.count());
    await screen.page.waitForTimeout(20);
  }
  expect(most).toBeLessThan(40);
});

test('an add of 60 assets shows at once, in the list and in the detail, and stays', async () => {
  await screen.openOne();
  const before = await screen.shown();
  const count = await screen.watchCount();
  await its.demo.control('PUT', '/latency', { latency: 2500 });
  await screen.button('Add 60').click();
  await eventually(() => screen.shown()).toBe(before + 60);
  expect(await screen.atServer()).toBe(before);
  expect(await screen.saving.textContent()).toBe('Saving 1 change…');
  expect(await screen.page.getByRole('progressbar').getAttribute('max')).toBe('60');
  await eventually(() => screen.saving.textContent()).toBe('Saved');
  await eventually(() => screen.atServer()).toBe(before + 60);
  expect(await count()).toEqual([String(before), String(before + 60)]);
  expect(await screen.writes()).toBe(2);
});

test('a refused change takes its numbers back, says so, and can be tried again', async () => {
  await screen.openOne();
  const before = await screen.shown();
  await its.demo.control('PUT', '/latency', { latency: 1500 });
  its.expectTrouble();
  await screen.button('Refuse it').click();
  await screen.page.getByText('The next write will be refused (403).').waitFor();
  await screen.choose(screen.tiles, 2);
  const count = await screen.watchCount();
  await screen.button('Remove from collection').click();
  await eventually(() => screen.shown()).toBe(before - 2);
  const alert = screen.page.getByRole('alert');
  await alert.waitFor();
  expect(await alert.textContent()).toMatch(
    /Could not save: remove 2 assets from.*The server does not allow it \(403\)/,
  );
  expect(await screen.saving.textContent()).toBe('Could not save 1 change');
  expect(await screen.shown()).toBe(before);
  await screen.button('Retry').click();
  await eventually(() => screen.saving.textContent()).toBe('Saved');
  expect(await count()).toEqual([before, before - 2, before, before - 2].map(String));
  await eventually(() => screen.atServer()).toBe(before - 2);
});

test('a failed change can be discarded, and the focus goes to the saving line', async () => {
  await screen.openOne();
  const before = await screen.shown();
  await its.trouble({ kind: 'refuse', on: 'write', times: 1 });
  await screen.choose(screen.tiles, 1);
  await screen.button('Remove from collection').click();
  await screen.button('Discard').click();
  await eventually(() => screen.saving.textContent()).toBe('Saved');
  expect(await screen.shown()).toBe(before);
  expect(await screen.page.evaluate(() => document.activeElement?.id)).toBe('saving-line');
});

test('a lost answer is settled without anybody being told', async () => {
  await screen.openOne();
  const before = await screen.shown();
  await its.demo.control('PUT', '/latency', { latency: 500 });
  await its.trouble({ kind: 'loseAnswer', on: 'write', times: 1 });
  await screen.choose(screen.tiles, 1);
  const count = await screen.watchCount();
  await screen.button('Remove from collection').click();
  await eventually(() => screen.saving.textContent()).toBe('Saving 1 change…');
  await eventually(() => screen.saving.textContent()).toBe('Saved');
  await eventually(() => screen.atServer()).toBe(before - 1);
  expect(await count()).toEqual([String(before), String(before - 1)]);
});

test('a collection can be renamed and filled before the server knows of it, and a reload finds it', async () => {
  await its.demo.control('PUT', '/latency', { latency: 3000 });
  await screen.page.getByLabel('Name of the new collection').fill('Harbour at night');
  await screen.button('Create').click();
  expect(await screen.heading.textContent()).toBe('Harbour at night');
  await screen.button('Rename').click();
  await screen.page.getByLabel('Name of the collection').fill('Harbour at dawn');
  await screen.page.keyboard.press('Enter');
  expect(await screen.heading.textContent()).toBe('Harbour at dawn');
  await screen.button('Add 60').click();
  await eventually(() => screen.shown()).toBe(60);
  expect(await screen.rows.first().locator('.row-text').textContent()).toBe('Harbour at dawn60 assets · 0 models');
  expect(await screen.page.getByTestId('server-count').textContent()).toBe('–');
  await its.demo.control('PUT', '/latency', { latency: 50 });
  await eventually(() => screen.saving.textContent()).toBe('Saved');
  await eventually(() => screen.atServer()).toBe(60);
  await eventually(() => screen.tiles.count()).toBe(50);
  await screen.page.reload();
  await eventually(() => screen.heading.textContent()).toBe('Harbour at dawn');
  expect(await screen.shown()).toBe(60);
});

test('a collection is deleted only when that is confirmed, and is gone at once', async () => {
  await screen.openOne();
  const name = await screen.heading.textContent();
  await screen.button('Delete').click();
  await screen.page.keyboard.press('Escape');
  await screen.page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await screen.page.evaluate(() => document.activeElement?.textContent)).toContain('Delete');
  await screen.button('Delete').click();
  await screen.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  expect(await screen.rows.first().textContent()).not.toContain(name);
  expect(await screen.page.evaluate(() => document.activeElement?.id)).toBe('collections-heading');
  await eventually(() => screen.saving.textContent()).toBe('Saved');
  await screen.page.reload();
  await screen.rows.first().waitFor();
  // What was persisted is shown until it was read again, and may be of before.
  await eventually(() => screen.rows.first().textContent()).not.toContain(name);
});

test('assets and models are chosen from all that the studio has', async () => {
  await screen.openOne();
  const before = await screen.shown();
  for (const kind of ['assets', 'models']) {
    await screen.page.getByRole('tab', { name: kind }).click();
    await screen.button(`Add ${kind}…`).click();
    const dialog = screen.page.getByRole('dialog');
    await screen.choose(dialog.locator('.tile:has(:enabled)'), 3);
    await dialog.getByRole('button', { name: /^Add 3/ }).click();
    await dialog.waitFor({ state: 'detached' });
  }
  expect(await screen.shown()).toBe(before + 6);
  await eventually(() => screen.saving.textContent()).toBe('Saved');
  await eventually(() => screen.atServer()).toBe(before + 6);
});

test('a thumbnail is chosen from the assets and shows in the list at once', async () => {
  await screen.openOne();
  await its.demo.control('PUT', '/latency', { latency: 10_000 });
  const picture = screen.rows.first().locator('img');
  const before = await picture.getAttribute('src');
  await screen.button('Change the thumbnail').click();
  await screen.page.getByRole('dialog').locator('.tile').nth(3).click();
  await screen.button('Use as thumbnail').click();
  await eventually(() => picture.getAttribute('src')).not.toBe(before);
  expect(await screen.saving.textContent()).toBe('Saving 1 change…');
});

test('offline, changes wait and count; back online they are sent', async () => {
  await screen.openOne();
  const before = await screen.shown();
  its.expectTrouble();
  const offline = screen.page.getByRole('switch', { name: 'Offline' });
  await offline.click();
  await eventually(() => offline.isChecked()).toBe(true);
  await screen.choose(screen.tiles, 1);
  await screen.button('Remove from collection').click();
  await eventually(() => screen.saving.textContent()).toBe('Offline: 1 change to send');
  expect([await screen.shown(), await screen.atServer()]).toEqual([before - 1, before]);
  await offline.click();
  await eventually(() => screen.saving.textContent()).toBe('Saved');
  await eventually(() => screen.atServer()).toBe(before - 1);
});

test("a colleague's assets show with the next read and undo nothing", async () => {
  await screen.openOne();
  const before = await screen.shown();
  await its.demo.control('PUT', '/latency', { latency: 1500 });
  await screen.button('Add 60').click();
  await eventually(() => screen.shown()).toBe(before + 60);
  await screen.button('adds 3 assets').click();
  await screen.page.getByText('Mara has added 3 assets.').waitFor();
  await screen.button('Read everything again').click();
  await its.demo.control('PUT', '/latency', { latency: 50 });
  await eventually(() => screen.saving.textContent()).toBe('Saved');
  await eventually(() => screen.shown()).toBe(before + 63);
  await eventually(() => screen.atServer()).toBe(before + 63);
});

test('a list that cannot be read says so and can be tried again', async () => {
  its.expectTrouble();
  await its.demo.control('POST', '/faults', { kind: 'refuse', on: 'read', status: 403 });
  // Else the page would show what it has kept.
  await screen.page.addInitScript(() => localStorage.clear());
  await screen.page.reload();
  await screen.page.getByText('Could not load the collections').waitFor();
  await its.demo.control('DELETE', '/faults');
  await screen.button('Retry').click();
  await screen.rows.first().waitFor();
});

test('the list is one stop of the Tab key, and the arrow keys walk in it', async () => {
  const name = (index: number) => screen.rows.nth(index).locator('.row-name').textContent();
  const [second, third] = [await name(1), await name(2)];
  await screen.page.getByLabel('Name of the new collection').focus();
  await screen.page.keyboard.press('Tab');
  await screen.page.keyboard.press('ArrowDown');
  await eventually(() => screen.page.evaluate(() => document.activeElement?.textContent)).toContain(second);
  await screen.page.keyboard.press('ArrowDown');
  await eventually(() => screen.page.evaluate(() => document.activeElement?.textContent)).toContain(third);
  await screen.page.keyboard.press('Enter');
  await eventually(() => screen.heading.textContent()).toBe(third);
  await screen.page.goBack();
  await screen.page.getByText('Choose a collection').waitFor();
});

test('offline, nothing turns, nothing is called saved, and what is known to be empty is not waited for', async () => {
  its.expectTrouble();
  await screen.openOne();
  expect(await screen.saving.isVisible()).toBe(false);
  await screen.page.getByRole('switch', { name: 'Offline' }).click();
  await eventually(() => screen.saving.textContent()).toBe('Offline');
  await screen.page.getByLabel('Name of the new collection').fill('Harbour at night');
  await screen.button('Create').click();
  await screen.page.getByText('No assets in here yet').waitFor();
  await screen.button('Rename').click();
  await screen.page.getByLabel('Name of the collection').fill('Harbour at dawn');
  await screen.page.keyboard.press('Enter');
  await eventually(() => screen.saving.textContent()).toBe('Offline: 2 changes to send');
  await screen.rows.nth(5).click();
  await screen.page.getByText('Its assets load when the network is back.').waitFor();
  await screen.button('Add assets…').click();
  await screen.page.getByText('The assets load when the network is back.').waitFor();
  await screen.page.keyboard.press('Escape');
  const turning = () =>
    screen.page.evaluate(() => document.getAnimations().filter(({ playState }) => playState === 'running').length);
  await eventually(turning).toBe(0);
});

test('what does not exist any more can be discarded and is not offered again', async () => {
  await screen.openOne();
  its.expectTrouble();
  await screen.button('deletes it').click();
  await screen.page.getByText('Mara has deleted it.').waitFor();
  await screen.button('Rename').click();
  await screen.page.getByLabel('Name of the collection').fill('Too late');
  await screen.page.keyboard.press('Enter');
  await screen.page.getByRole('alert').filter({ hasText: 'Could not save' }).waitFor();
  expect(await screen.button('Retry').count()).toBe(0);
  await screen.button('Discard').click();
  await eventually(() => screen.saving.textContent()).toBe('Saved');
});

test("what a colleague's change will show is promised only until something was read", async () => {
  await screen.openOne();
  await screen.button('adds 3 assets').click();
  await screen.page.getByText('Mara has added 3 assets. It shows with the next read.').waitFor();
  await screen.button('Read everything again').click();
  await screen.page.getByText('It shows with the next read.').waitFor({ state: 'detached' });
  await screen.page.getByText('Mara has added 3 assets.').waitFor();
});

test('what is counted and not known yet has placeholders', async () => {
  await screen.openOne(1);
  const before = await screen.tiles.count();
  await its.demo.control('PUT', '/latency', { latency: 1500 });
  await screen.button('Add 60').click();
  const placeholders = screen.page.locator('.contents .tile.skeleton');
  await eventually(() => placeholders.count()).toBeGreaterThan(0);
  await its.demo.control('PUT', '/latency', { latency: 20 });
  await eventually(() => screen.saving.textContent()).toBe('Saved');
  await eventually(() => placeholders.count()).toBe(0);
  expect(await screen.tiles.count()).toBeGreaterThan(before);
});

const LONG = 'A name of many words, and of '.concat('Unbroken'.repeat(20));

for (const [width, height] of [
  [1440, 900],
  [390, 844],
] as const)
  test(`at ${width} × ${height} nothing is cut off and everything can be hit, also with a long name`, async () => {
    const { page } = screen;
    await page.setViewportSize({ width, height });
    await page.reload();
    const isNarrow = width < 720;
    const panel = page.locator('#panel');
    if ((await panel.count()) > 0 && isNarrow) await screen.button('Close the panel').click();
    const look = async (state: string) => {
      expect(await screen.overflowing(), state).toEqual([]);
      expect(await screen.smallTargets(), state).toEqual([]);
    };
    await screen.rows.nth(1).click();
    await screen.tiles.first().waitFor();
    if (!isNarrow) expect(await screen.inSight(page.getByText('Mara, a colleague'), panel)).toBe(true);
    await screen.button('Rename').click();
    await page.getByLabel('Name of the collection').fill(LONG);
    await page.keyboard.press('Enter');
    await eventually(() => screen.saving.textContent()).toBe('Saved');
    await look('open');
    expect((await screen.heading.boundingBox())?.height).toBeLessThan(60);
    await screen.button('Delete').click();
    await look('delete');
    await page.keyboard.press('Escape');
    await screen.button('Add assets…').click();
    await page.locator('dialog .tile:not(.skeleton)').first().waitFor();
    await look('picker');
    const footer = page.locator('.dialog-actions button');
    const tops = await footer.evaluateAll((buttons) =>
      buttons.filter((button) => button.checkVisibility()).map((button) => button.getBoundingClientRect().top),
    );
    expect(new Set(tops).size, 'lines of the footer').toBe(1);
    await page.keyboard.press('Escape');
    await its.trouble({ kind: 'refuse', on: 'write' });
    await screen.button('Add 60').click();
    await page.getByRole('alert').waitFor();
    await look('failed');
    if (isNarrow) {
      await screen.button('Make trouble').click();
      await look('panel');
    }
  });

test('on a narrow screen list, detail and panel each have it to themselves', async () => {
  await screen.page.setViewportSize({ width: 390, height: 844 });
  const list = screen.page.getByRole('navigation');
  const detail = screen.page.getByRole('main');
  const panel = screen.page.locator('#panel');
  await screen.button('Close the panel').click();
  expect([await list.isVisible(), await detail.isVisible()]).toEqual([true, false]);
  await screen.rows.first().click();
  await screen.tiles.first().waitFor();
  expect([await list.isVisible(), await detail.isVisible()]).toEqual([false, true]);
  expect(await screen.page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN');
  await screen.button('Make trouble').click();
  expect((await panel.boundingBox())?.width).toBe(390);
  expect(await screen.page.evaluate(() => document.activeElement?.id)).toBe('panel-heading');
  await screen.button('Close the panel').click();
  expect(await screen.page.evaluate(() => document.activeElement?.id)).toBe('panel-toggle');
  await screen.button('Back to the list').click();
  expect([await list.isVisible(), await detail.isVisible()]).toEqual([true, false]);
  expect(await screen.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
});

test('an add of 500 assets shows how far it is, in eleven writes', async () => {
  await screen.openOne();
  const before = await screen.shown();
  await its.demo.control('PUT', '/latency', { latency: 300 });
  await screen.button('Add 500').click();
  const bar = screen.page.getByRole('progressbar');
  await eventually(async () => Number(await bar.getAttribute('value'))).toBeGreaterThan(100);
  await eventually(() => screen.saving.textContent()).toBe('Saved');
  expect([await screen.shown(), await screen.writes()]).toEqual([before + 500, 11]);
  expect(await bar.count()).toBe(0);
});

for (const colorScheme of ['light', 'dark'] as const)
  test(`axe finds nothing to complain of, ${colorScheme}`, { timeout: 300_000 }, async () => {
    const { page } = await its.demo.open(colorScheme);
    const other = new DemoScreen(page);
    await other.openOne();
    expect(await its.demo.violations(page)).toEqual([]);
    await other.choose(other.tiles, 1);
    expect(await its.demo.violations(page)).toEqual([]);
    await other.button('Remove from collection').click();
    await other.button('Add assets…').click();
    await page.locator('dialog .tile:not(.skeleton)').first().waitFor();
    expect(await its.demo.violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await its.demo.control('POST', '/faults', { kind: 'refuse', on: 'write' });
    await other.button('Add 60').click();
    await page.getByRole('alert').waitFor();
    expect(await its.demo.violations(page)).toEqual([]);
    await page.context().close();
  });
