/** @jest-environment jsdom */

test('every entry loads in jsdom as it is', () => {
  for (const [name, entry] of Object.entries(require('../entries.cjs'))) {
    expect([name, Object.keys(entry).length]).not.toEqual([name, 0]);
  }
});
