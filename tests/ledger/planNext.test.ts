import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Change } from '../../src/ledger/Change.ts';
import { MAX_IDS, planNext } from '../../src/ledger/planNext.ts';
import type { WriteRequest } from '../../src/ledger/WriteRequest.ts';
import { add, arbitraryChange, arbitraryPlain, carryOut, create, del, knows, type Plain, remove } from './model.ts';

const nothing = () => undefined;
const proven = () => true;
const out = () => false;
const many = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `asset_${i + from}`);

/** What the server makes of a request. It refuses what the API refuses. */
function send(plain: Plain, request: WriteRequest): Plain {
  if (!request.memberKind)
    return ([...request.callers] as Change[]).reduce((before, caller) => carryOut(before, caller), plain);
  const members = new Set(plain[request.memberKind]);
  expect(request.ids.length).toBeLessThanOrEqual(MAX_IDS);
  for (const id of request.ids) {
    if (request.isAdd) {
      if (members.has(id)) throw new Error(`${id} is in already`);
      members.add(id);
    } else if (!members.delete(id)) throw new Error(`${id} is out already`);
  }
  return { ...plain, [request.memberKind]: members };
}

const idsOf = (request: WriteRequest | undefined) => (request?.memberKind ? request.ids : []);

/** Sends whatever the plan says until it says nothing. */
function sendAll(plain: Plain, changes: readonly Change[]): { plain: Plain; requests: WriteRequest[] } {
  const waiting = [...changes];
  const requests: WriteRequest[] = [];
  for (;;) {
    const { noops, request } = planNext(waiting, knows(plain), proven);
    for (const change of noops) for (const id of change.remaining) change.settleId(id);
    if (request) {
      plain = send(plain, request);
      requests.push(request);
      for (const change of request.settles) for (const id of idsOf(request)) change.settleId(id);
    }
    for (const change of changes)
      if (
        waiting.includes(change) &&
        !change.remaining.size &&
        (change.memberKind || (request?.callers as readonly Change[] | undefined)?.includes(change))
      )
        waiting.splice(waiting.indexOf(change), 1);
    if (!request) return { plain, requests };
  }
}

describe('merging', () => {
  test('never changes the final state, and sends nothing that the API refuses', () => {
    fc.assert(
      fc.property(arbitraryPlain, fc.array(arbitraryChange, { maxLength: 10 }), (before, changes) => {
        const expected = changes.reduce((plain, change) => carryOut(plain, change), before);
        expect(sendAll(before, changes).plain).toEqual(expected);
        expect(changes.every(({ remaining: left }) => left.size === 0)).toBe(true);
      }),
    );
  });

  test('never changes the final state where every caller is to be sent alone', () => {
    fc.assert(
      fc.property(arbitraryPlain, fc.array(arbitraryChange, { maxLength: 8 }), (before, changes) => {
        const expected = changes.reduce((plain, change) => carryOut(plain, change), before);
        for (const change of changes) change.markSendAlone();
        const { plain, requests } = sendAll(before, changes);
        expect(plain).toEqual(expected);
        expect(requests.every(({ callers }) => callers.length === 1)).toBe(true);
      }),
    );
  });

  test('packs two hundred single adds into five requests', () => {
    const { requests } = sendAll(
      { name: '', thumbnail: undefined, assets: new Set(), models: new Set() },
      many(200).map((id) => add([id])),
    );
    expect(requests.map((request) => idsOf(request).length)).toEqual([49, 49, 49, 49, 4]);
  });

  test('an add and a remove of one id, neither sent, cancel where the id is known to be out', () => {
    const { noops, request } = planNext([add(['x']), remove(['x'])], out, proven);
    expect(request).toBeUndefined();
    expect(noops.map(({ kind }) => kind)).toEqual(['addAssets', 'removeAssets']);
  });

  test('of an add and a remove of an id that nobody knows the last wish is sent', () => {
    const { noops, request } = planNext([add(['x']), remove(['x'])], nothing, proven);
    expect([noops, request?.kind]).toEqual([[], 'removeAssets']);
    expect(request?.settles).toHaveLength(2);
  });

  test('what needs no write by what is remembered is not settled by that: the server is asked', () => {
    const { noops, unproven, request } = planNext(
      [add(['x'])],
      () => true,
      () => false,
    );
    expect([noops, request]).toEqual([[], undefined]);
    expect(unproven.map(({ kind }) => kind)).toEqual(['addAssets']);
  });

  test('an add of what is known to be in sends nothing', () => {
    expect(planNext([add(['x'])], () => true, proven).request).toBeUndefined();
    expect(planNext([remove(['x'])], () => false, proven).request).toBeUndefined();
  });

  test('a delete waits for what was asked before it, and what came after waits for the delete', () => {
    expect(idsOf(planNext([add(['x']), del(), add(['y'])], nothing, proven).request)).toEqual(['x']);
    expect(planNext([del(), add(['y'])], nothing, proven).request?.kind).toBe('delete');
  });

  test('what waits for a create waits', () => {
    expect(planNext([create('Golems'), add(['x'])], nothing, proven)).toMatchObject({
      noops: [],
      request: { kind: 'create' },
    });
  });

  test('names who asked, and settles also whom they overrule', () => {
    const [early, late, again] = [remove(['x']), add(['x']), remove(['x'])];
    const { request } = planNext([early, late, again], () => true, proven);
    expect(request?.kind).toBe('removeAssets');
    expect(request?.settles).toEqual([early, late, again]);
    expect(request?.callers).toEqual([early, again]);
  });
});
