import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Change, newChange } from '../../src/ledger/Change.ts';
import { MAX_IDS, merge, type WriteRequest } from '../../src/ledger/merge.ts';
import { arbitraryChange, arbitraryPlain, carryOut, ID, knows, type Plain } from './model.ts';

const add = (...assetIds: string[]) => newChange('addAssets', { collectionId: ID, assetIds }, ID, 0, true);
const remove = (...assetIds: string[]) => newChange('removeAssets', { collectionId: ID, assetIds }, ID, 0, true);
const nothing = () => undefined;
const many = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `asset_${i + from}`);

/** What the server makes of a request. It refuses what the API refuses. */
function send(plain: Plain, { kind, ids, callers }: WriteRequest): Plain {
  if (kind === 'update') return callers.reduce(carryOut, plain);
  const item = kind.endsWith('Assets') ? 'assets' : 'models';
  const members = new Set(plain[item]);
  expect(ids.length).toBeLessThanOrEqual(MAX_IDS);
  for (const id of ids) {
    if (kind.startsWith('add')) {
      if (members.has(id)) throw new Error(`${id} is in already`);
      members.add(id);
    } else if (!members.delete(id)) throw new Error(`${id} is out already`);
  }
  return { ...plain, [item]: members };
}

/** Sends whatever `merge` says until it says nothing. */
function sendAll(plain: Plain, changes: readonly Change[]): { plain: Plain; requests: WriteRequest[] } {
  const waiting = [...changes];
  const requests: WriteRequest[] = [];
  for (;;) {
    const { idle, request } = merge(waiting, knows(plain));
    for (const { change, id } of idle) change.left.delete(id);
    if (request) {
      plain = send(plain, request);
      requests.push(request);
      for (const change of request.covers) for (const id of request.ids) change.left.delete(id);
    }
    for (const change of changes)
      if (waiting.includes(change) && !change.left.size && (change.item || request?.callers.includes(change)))
        waiting.splice(waiting.indexOf(change), 1);
    if (!request) return { plain, requests };
  }
}

describe('merging', () => {
  test('never changes the final state, and sends nothing that the API refuses', () => {
    fc.assert(
      fc.property(arbitraryPlain, fc.array(arbitraryChange, { maxLength: 10 }), (before, changes) => {
        const expected = changes.reduce(carryOut, before);
        expect(sendAll(before, changes).plain).toEqual(expected);
        expect(changes.every(({ left }) => left.size === 0)).toBe(true);
      }),
    );
  });

  test('never changes the final state where every caller is to be sent alone', () => {
    fc.assert(
      fc.property(arbitraryPlain, fc.array(arbitraryChange, { maxLength: 8 }), (before, changes) => {
        const expected = changes.reduce(carryOut, before);
        for (const change of changes) change.alone = true;
        const { plain, requests } = sendAll(before, changes);
        expect(plain).toEqual(expected);
        expect(requests.every(({ callers }) => callers.length === 1)).toBe(true);
      }),
    );
  });

  test('packs two hundred single adds into five requests', () => {
    const { requests } = sendAll(
      { name: '', thumbnail: undefined, assets: new Set(), models: new Set() },
      many(200).map((id) => add(id)),
    );
    expect(requests.map(({ ids }) => ids.length)).toEqual([49, 49, 49, 49, 4]);
  });

  test('an add and a remove of one id, neither sent, cancel', () => {
    const { idle, request } = merge([add('x'), remove('x')], nothing);
    expect(request).toBeUndefined();
    expect(idle.map(({ id }) => id)).toEqual(['x', 'x']);
  });

  test('an add of what is known to be in sends nothing', () => {
    expect(merge([add('x')], () => true).request).toBeUndefined();
    expect(merge([remove('x')], () => false).request).toBeUndefined();
  });

  test('a delete waits for what was asked before it, and what came after waits for the delete', () => {
    const del = newChange('delete', { collectionId: ID }, ID, 0, true);
    expect(merge([add('x'), del, add('y')], nothing).request?.ids).toEqual(['x']);
    expect(merge([del, add('y')], nothing).request?.kind).toBe('delete');
  });

  test('what waits for a create waits', () => {
    const create = newChange('create', { name: 'Golems' }, ID, 0, true);
    expect(merge([create, add('x')], nothing)).toMatchObject({ idle: [], request: { kind: 'create' } });
  });

  test('names who asked, and settles also whom they overrule', () => {
    const [early, late, again] = [remove('x'), add('x'), remove('x')];
    const { request } = merge([early, late, again], () => true);
    expect(request?.kind).toBe('removeAssets');
    expect(request?.covers).toEqual([early, late, again]);
    expect(request?.callers).toEqual([early, again]);
  });
});
