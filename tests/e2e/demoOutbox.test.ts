import { beforeEach, expect, test } from 'vitest';
import type { DemoScreen } from './DemoScreen.ts';
import { DemoTests, eventually } from './DemoTests.ts';

const its = new DemoTests();
let screen: DemoScreen;
beforeEach(async () => {
  screen = its.screen;
  await screen.openOne();
});

const row = (index: number) => screen.rows.nth(index).locator('.row-text').textContent();

async function rename(of: DemoScreen, name: string): Promise<void> {
  await of.button('Rename').click();
  await of.page.getByLabel('Name of the collection').fill(name);
  await of.page.keyboard.press('Enter');
}

async function turnOffline(of: DemoScreen): Promise<void> {
  its.expectTrouble();
  await of.page.getByRole('switch', { name: 'Offline' }).click();
}

/** Offline, an item less, another name, a new collection. Gives how many items there were. */
async function changeThreeThings(): Promise<number> {
  const before = await screen.shown();
  await turnOffline(screen);
  await eventually(() => screen.saving.textContent()).toBe('Offline');
  await screen.choose(screen.tiles, 1);
  await screen.button('Remove from collection').click();
  await rename(screen, 'Frost golems');
  await screen.page.getByLabel('Name of the new collection').fill('Harbour at night');
  await screen.button('Create').click();
  await eventually(() => screen.stored.count()).toBe(3);
  return before;
}

test('three changes made offline are there after a reload, kept on the device; what is not discarded is sent', async () => {
  const before = await changeThreeThings();
  // A persister writes once a second: before that there is no list to come back to.
  const hasList = (kept: string) => kept.includes('"list"') && kept.includes('"pages"');
  await eventually(() => screen.page.evaluate(() => Object.values(localStorage).join())).toSatisfy(hasList);
  await screen.page.reload();
  await eventually(() => screen.stored.count()).toBe(3);
  expect(await screen.saving.textContent()).toBe('Offline: 3 changes to send');
  await eventually(() => screen.cards.allTextContents()).toEqual([
    expect.stringContaining('remove 1 asset from “Frost golems”'),
    expect.stringContaining('rename to “Frost golems”'),
    expect.stringContaining('create “Harbour at night”'),
  ]);
  // The new one is still open, though the server has never heard of it.
  await eventually(() => screen.heading.textContent()).toBe('Harbour at night');
  expect(await row(0)).toBe('Harbour at night0 assets · 0 models');
  expect(await row(1)).toMatch(/^Frost golems/);
  await screen.rows.nth(1).click();
  await eventually(() => screen.shown()).toBe(before - 1);
  await eventually(() => screen.atServer()).toBe(before);
  await screen.button('Discard').last().click();
  await eventually(() => screen.cards.count()).toBe(2);
  expect(await row(0)).toMatch(/^Frost golems/);
  expect(await screen.writes()).toBe(0);

  await screen.page.getByRole('switch', { name: 'Offline' }).click();
  await eventually(() => screen.saving.textContent()).toBe('Saved');
  await eventually(() => screen.atServer()).toBe(before - 1);
  expect([await screen.writes(), await row(0), await screen.cards.count()]).toEqual([
    2,
    expect.stringMatching(/^Frost golems/),
    0,
  ]);
});

test('what fails in one tab shows in the other, which can try it again and take it back', async () => {
  const before = await screen.shown();
  const other = await its.openBeside();
  await other.openOne();
  for (const action of ['Retry', 'Discard']) {
    const [shown, saved] = action === 'Retry' ? [before, before - 1] : [before - 1, before - 1];
    await its.trouble({ kind: 'refuse', on: 'write', times: 1 });
    await screen.choose(screen.tiles, 1);
    await screen.button('Remove from collection').click();
    for (const each of [screen, other]) {
      await each.page.getByText(/Could not save: remove 1 asset/).waitFor();
      expect(await each.shown()).toBe(shown);
    }
    await other.button(action).click();
    for (const each of [screen, other]) {
      await eventually(() => each.saving.textContent()).toBe('Saved');
      expect([await each.shown(), await each.cards.count()]).toEqual([saved, 0]);
    }
    await eventually(() => other.atServer()).toBe(saved);
  }
});

test('what waits in a tab waits in the other, which takes back some, sends the rest when the first is closed, and forgets all at a reset', async () => {
  const name = await row(0);
  const other = await its.openBeside();
  await other.openOne();
  await changeThreeThings();
  await eventually(() => other.stored.count()).toBe(3);
  expect(await other.saving.textContent()).toBe('Offline: 3 changes to send');
  // The last of the cards is the create.
  await other.button('Discard').last().click();
  await eventually(() => screen.cards.count()).toBe(2);
  await screen.page.close();
  const offline = other.page.getByRole('switch', { name: 'Offline' });
  await offline.click();
  await eventually(() => other.saving.textContent()).toBe('Saved');
  expect(await other.writes()).toBe(2);
  await eventually(() => other.heading.textContent()).toBe('Frost golems');

  await offline.click();
  await rename(other, 'Too late');
  await eventually(() => other.stored.count()).toBe(1);
  await other.button('Reset').click();
  await eventually(() => other.heading.textContent()).toBe(name?.replace(/\d+ assets.*/, ''));
  expect(await other.cards.count()).toBe(0);
});

test('where nothing can be kept, a change that waits says that it is lost with the page', async () => {
  await screen.page.addInitScript(() => Object.defineProperty(navigator, 'locks', { value: undefined }));
  its.expectWarning(/^scenario-react\/outbox keeps nothing.*Web Locks/);
  await screen.page.reload();
  await screen.tiles.first().waitFor();
  await turnOffline(screen);
  await screen.choose(screen.tiles, 1);
  await screen.button('Remove from collection').click();
  await screen.cards.getByText('Lost if this page is closed.').waitFor();
  expect(await screen.stored.count()).toBe(0);
});
