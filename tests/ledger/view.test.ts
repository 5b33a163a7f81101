import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Change } from '../../src/ledger/Change.ts';
import { viewItem } from '../../src/ledger/viewItem.ts';
import {
  add,
  arbitraryChange,
  arbitraryPlain,
  carryOut,
  copyOf,
  ID,
  knows,
  remove,
  update,
  urlOf,
  viewOf,
} from './model.ts';

const nothing = () => undefined;
const plain = (...assets: string[]) => ({
  name: 'Frost',
  thumbnail: undefined,
  assets: new Set(assets),
  models: new Set<string>(),
});

const commute = (a: Change, b: Change): boolean => {
  if (a.memberKind && b.memberKind)
    return a.memberKind !== b.memberKind || a.kind === b.kind || ![...a.remaining].some((id) => b.remaining.has(id));
  if (a.memberKind || b.memberKind) return true;
  const fields = (change: Change) => Object.keys(change.variables).filter((field) => field !== 'collectionId');
  return !fields(a).some((field) => fields(b).includes(field));
};

describe('the view of a collection', () => {
  test('is the confirmed copy with each change carried out in its turn', () => {
    fc.assert(
      fc.property(arbitraryPlain, fc.array(arbitraryChange, { maxLength: 8 }), (before, changes) => {
        const after = changes.reduce((plain, change) => carryOut(plain, change), before);
        expect(viewOf(copyOf(before), changes, knows(before), urlOf)).toEqual(copyOf(after));
      }),
    );
  });

  test('does not depend on the order of changes that commute', () => {
    fc.assert(
      fc.property(arbitraryPlain, fc.array(arbitraryChange, { maxLength: 6 }), fc.nat(), (before, changes, seed) => {
        const at = changes.length > 1 ? seed % (changes.length - 1) : 0;
        const [a, b] = [changes[at], changes[at + 1]];
        fc.pre(!!a && !!b && commute(a, b));
        const swapped = [...changes.slice(0, at), b as Change, a as Change, ...changes.slice(at + 2)];
        const view = (list: Change[]) => viewOf(copyOf(before), list, knows(before), urlOf);
        expect(view(swapped)).toEqual(view(changes));
      }),
    );
  });

  test('counts an id once, however often it is wished', () => {
    expect(viewOf(copyOf(plain()), [add(['x', 'y']), add(['x'])], nothing, nothing).assetCount).toBe(2);
  });

  test('takes who adds an unknown id to bring it, and who removes one to have it', () => {
    expect(viewOf(copyOf(plain('a', 'b')), [add(['x'])], nothing, nothing).assetCount).toBe(3);
    expect(viewOf(copyOf(plain('a', 'b')), [remove(['x'])], nothing, nothing).assetCount).toBe(1);
  });

  test('never goes below zero', () => {
    const view = viewOf(copyOf(plain()), [remove(['x', 'y'])], nothing, nothing);
    expect(view).toMatchObject({ assetCount: 0, itemCount: 0 });
  });

  test('leaves the thumbnail alone until its address is known', () => {
    const change = update({ thumbnail: 'a' });
    expect(viewOf(copyOf(plain()), [change], nothing, nothing)).not.toHaveProperty('thumbnail');
    expect(viewOf(copyOf(plain()), [change], nothing, urlOf)).toMatchObject({ thumbnail: { assetId: 'a' } });
  });

  test('shows nothing of a change that is not to be shown', () => {
    const silent = add(['x'], false);
    expect(viewOf(copyOf(plain()), [silent], nothing, nothing)).toEqual(copyOf(plain()));
  });

  test('is the copy itself where nothing moves', () => {
    const copy = copyOf(plain('a'));
    expect(viewOf(copy, [add(['a'])], () => true, nothing)).toBe(copy);
  });
});

describe('the view of an item', () => {
  const item = { id: 'x', collectionIds: ['other'], createdAt: '', updatedAt: '' };

  test('says where it is wished to be, last wish first', () => {
    expect(viewItem(item, [[ID, true]]).collectionIds).toEqual(['other', ID]);
    expect(
      viewItem(item, [
        [ID, true],
        [ID, false],
      ]),
    ).toBe(item);
  });

  test('knows what was learned since it was read', () => {
    expect(
      viewItem(item, [
        ['other', true],
        [ID, true],
      ]).collectionIds,
    ).toEqual(['other', ID]);
    expect(viewItem(item, [['other', false]]).collectionIds).toEqual([]);
  });
});
