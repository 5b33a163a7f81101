import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Change, newChange } from '../../src/ledger/Change.ts';
import { sendable } from '../../src/ledger/sendable.ts';
import { add, arbitraryChange, arbitraryPlain, carryOut, create, del, remove, update } from './model.ts';

/** The same change, while its `onMutate` still runs. */
const waits = (change: Change): Change => newChange({ ...change, collectionId: change.collectionId } as never);

const arbitraryWaiting = fc.array(
  fc.tuple(arbitraryChange, fc.boolean()).map(([change, isReady]) => (isReady ? change : waits(change))),
  { maxLength: 8 },
);

test('what goes before its turn leads to the same end as if all had gone in the order in which they were asked for', () => {
  let early = 0;
  fc.assert(
    fc.property(arbitraryPlain, arbitraryWaiting, (before, changes) => {
      const first = sendable(changes);
      const rest = changes.filter((change) => !first.includes(change));
      expect(first.every(({ isReady }) => isReady)).toBe(true);
      early += first.filter((change) => rest.some((other) => changes.indexOf(other) < changes.indexOf(change))).length;
      const carryAll = (order: readonly Change[]) => order.reduce((plain, change) => carryOut(plain, change), before);
      expect(carryAll([...first, ...rest])).toEqual(carryAll(changes));
    }),
    { numRuns: 1_000 },
  );
  expect(early).toBeGreaterThan(100);
});

test('all go where all are ready, and what waits for a create or for its own members or fields waits', () => {
  const goes = (...changes: Change[]) => sendable(changes).map((change) => changes.indexOf(change));
  expect(goes(add(['a']), remove(['a']), del())).toEqual([0, 1, 2]);
  expect(goes(waits(add(['a'])), add(['b']), update({ name: 'A' }))).toEqual([1, 2]);
  expect(goes(waits(add(['a'])), remove(['a']), add(['b']))).toEqual([2]);
  // What waits is waited for in its turn.
  expect(goes(waits(add(['a'])), add(['a', 'b']), remove(['b']))).toEqual([]);
  expect(goes(waits(create('A')), add(['a']))).toEqual([]);
  expect(goes(waits(update({ name: 'A' })), update({ thumbnail: 'a' }))).toEqual([1]);
  expect(goes(waits(update({ name: 'A' })), update({ name: 'B' }))).toEqual([]);
  expect(goes(waits(add(['a'])), update({ thumbnail: 'a' }))).toEqual([]);
  expect(goes(waits(del()), add(['a']))).toEqual([1]);
  expect(goes(waits(add(['a'])), del(), add(['b']))).toEqual([]);
});

test('each change is looked at once, however many wait before it', () => {
  let looks = 0;
  const watched = (change: Change) =>
    new Proxy(change, {
      get: (target, name) => {
        if (name === 'remaining') looks++;
        return Reflect.get(target, name);
      },
    });
  const changes = Array.from({ length: 100 }, (_, n) => [waits(add([`a${n}`])), add([`b${n}`])].map(watched)).flat();
  expect(sendable(changes)).toHaveLength(100);
  expect(looks).toBe(200);
});
