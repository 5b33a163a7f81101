import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Change, newChange } from '../../src/ledger/Change.ts';
import { Ledger } from '../../src/ledger/Ledger.ts';
import { arbitraryChange, arbitraryPlain, carryOut, copyOf, ID, type Plain } from './model.ts';

function ledgerWith(plain: Plain): Ledger {
  const ledger = new Ledger(() => 0);
  const sent = ledger.copies.time.leave();
  ledger.copies.receive(ID, copyOf(plain), sent);
  for (const item of ['assets', 'models'] as const)
    for (const id of ['a', 'b', 'c', 'd', 'e']) ledger.copies.members.learn(item, id, ID, plain[item].has(id), sent);
  ledger.copies.arrive(sent);
  return ledger;
}

/** Sends one request, which the server accepts or refuses. Gives the server's state after it. */
function sendOne(ledger: Ledger, server: Plain, accepted: boolean): Plain | undefined {
  const line = ledger.lines.get(ID);
  if (!line) return undefined;
  const { idle, request } = ledger.plan(line);
  ledger.settleIdle(line, idle);
  if (!request) return undefined;
  ledger.depart(line, request);
  if (!accepted) {
    ledger.undo(line);
    ledger.refuse(line, request, new Error('no'));
    return server;
  }
  const after = request.callers.reduce((plain, caller) => {
    const part: Change = { ...caller, left: new Set([...caller.left].filter((id) => request.ids.includes(id))) };
    return carryOut(plain, part);
  }, server);
  ledger.accept(line, request, { ...copyOf(after), updatedAt: `${Math.random()}` });
  return after;
}

describe('the ledger', () => {
  test('shows the server and nothing else once everything has settled, and holds nothing', () => {
    fc.assert(
      fc.property(
        arbitraryPlain,
        fc.array(fc.oneof(arbitraryChange, fc.constant(true), fc.constant(false)), { maxLength: 20 }),
        (start, events) => {
          const ledger = ledgerWith(start);
          let server = start;
          for (const event of events) {
            if (typeof event === 'object') ledger.begin(event);
            else server = sendOne(ledger, server, event) ?? server;
          }
          for (let i = 0; ledger.lines.size && i < 100; i++) server = sendOne(ledger, server, true) ?? server;
          expect(ledger.lines.size).toBe(0);
          const { updatedAt, thumbnail, ...shown } = ledger.copies.collections.get(ID) ?? copyOf(start);
          const { updatedAt: _, thumbnail: picture, ...truth } = copyOf(server);
          expect(shown).toEqual(truth);
          expect(thumbnail?.assetId).toBe(picture?.assetId);
        },
      ),
    );
  });

  test('a failed change leaves no trace in a page that was sent while it was pending', () => {
    const ledger = ledgerWith({ name: 'Frost', thumbnail: undefined, assets: new Set(['a']), models: new Set() });
    const before = ledger.copies.collections.get(ID);
    const sent = ledger.copies.time.leave();
    const change = newChange('addAssets', { collectionId: ID, assetIds: ['x'] }, ID, 0, true);
    change.ready = true;
    ledger.begin(change);
    expect(ledger.copies.collections.get(ID)?.assetCount).toBe(2);
    const line = ledger.line(ID);
    const { request } = ledger.plan(line);
    if (!request) throw new Error('nothing to send');
    ledger.depart(line, request);
    ledger.copies.receive(ID, before, sent);
    ledger.undo(line);
    ledger.refuse(line, request, new Error('no'));
    expect(ledger.copies.collections.get(ID)).toEqual(before);
  });

  test('a page sent before a confirmed write does not undo it', () => {
    const ledger = ledgerWith({ name: 'Frost', thumbnail: undefined, assets: new Set(['a']), models: new Set() });
    const before = ledger.copies.collections.get(ID);
    const sent = ledger.copies.time.leave();
    const change = newChange('addAssets', { collectionId: ID, assetIds: ['x'] }, ID, 0, true);
    change.ready = true;
    ledger.begin(change);
    const server = sendOne(
      ledger,
      { name: 'Frost', thumbnail: undefined, assets: new Set(['a']), models: new Set() },
      true,
    );
    expect(server?.assets.size).toBe(2);
    ledger.copies.receive(ID, before, sent);
    expect(ledger.copies.collections.get(ID)?.assetCount).toBe(2);
  });

  test('a read that overlaps a refused write counts after all', () => {
    const start = { name: 'Frost', thumbnail: undefined, assets: new Set(['a']), models: new Set<string>() };
    const ledger = ledgerWith(start);
    const change = newChange('addAssets', { collectionId: ID, assetIds: ['x'] }, ID, 0, true);
    change.ready = true;
    ledger.begin(change);
    const line = ledger.line(ID);
    const { request } = ledger.plan(line);
    if (!request) throw new Error('nothing to send');
    ledger.depart(line, request);
    const sent = ledger.copies.time.leave();
    ledger.copies.receive(ID, { ...copyOf(start), name: 'Renamed by somebody else' }, sent);
    expect(ledger.copies.collections.get(ID)?.name).toBe('Frost');
    ledger.undo(line);
    ledger.refuse(line, request, new Error('no'));
    expect(ledger.copies.collections.get(ID)?.name).toBe('Renamed by somebody else');
  });
});
