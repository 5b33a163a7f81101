import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Asset, Collection, Item } from '../../src/api/types.ts';
import type { Change, ChangeOf } from '../../src/ledger/Change.ts';
import { Ledger } from '../../src/ledger/Ledger.ts';
import { LogicalClock } from '../../src/ledger/LogicalClock.ts';
import { add, arbitraryChange, arbitraryPlain, carryOut, copyOf, create, ID, type Plain } from './model.ts';

const plainOf = (name: string): Plain => ({ name, thumbnail: undefined, assets: new Set(), models: new Set() });

function ledgerWith(plain: Plain): Ledger {
  const never = () => 0;
  const ledger = new Ledger(new LogicalClock(never, never));
  const sent = ledger.entities.clock.startRead();
  ledger.reads.receive(ID, copyOf(plain), sent);
  for (const item of ['assets', 'models'] as const)
    for (const id of ['a', 'b', 'c', 'd', 'e']) ledger.entities.evidence.learn(item, id, ID, plain[item].has(id), sent);
  ledger.entities.endRead(sent);
  return ledger;
}

/** Sends one request, which the server accepts or refuses. Gives the server's state after it. */
function sendOne(ledger: Ledger, server: Plain, accepted: boolean): Plain | undefined {
  const queue = ledger.queues.get(ID);
  if (!queue) return undefined;
  const { noops, unproven, request } = ledger.plan(queue);
  ledger.settleNoops(queue, noops);
  // The server is asked, and says what it holds.
  if (!request && accepted)
    for (const { memberKind, remaining } of unproven)
      for (const id of remaining) {
        const isIn = server[memberKind].has(id);
        ledger.reads.learnMembership(memberKind, id, ID, isIn, ledger.entities.clock.tick());
      }
  if (!request) return undefined;
  ledger.markSent(queue, request);
  if (!accepted) {
    ledger.releaseDeferredRead(queue);
    ledger.refuse(queue, request, new Error('no'));
    return server;
  }
  const after = request.callers.reduce(
    (plain, caller) =>
      carryOut(plain, caller, request.memberKind && request.ids.filter((id) => caller.remaining.has(id))),
    server,
  );
  ledger.accept(queue, request, { ...copyOf(after), updatedAt: `${Math.random()}` });
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
          for (let i = 0; ledger.queues.size && i < 100; i++) server = sendOne(ledger, server, true) ?? server;
          expect(ledger.queues.size).toBe(0);
          const { updatedAt, thumbnail, ...shown } = ledger.entities.collections.get(ID) ?? copyOf(start);
          const { updatedAt: _, thumbnail: picture, ...truth } = copyOf(server);
          expect(shown).toEqual(truth);
          expect(thumbnail?.assetId).toBe(picture?.assetId);
        },
      ),
    );
  });

  test('a failed change leaves no trace in a page that was sent while it was pending', () => {
    const ledger = ledgerWith({ name: 'Frost', thumbnail: undefined, assets: new Set(['a']), models: new Set() });
    const before = ledger.entities.collections.get(ID);
    const sent = ledger.entities.clock.startRead();
    ledger.begin(add(['x']));
    expect(ledger.entities.collections.get(ID)?.assetCount).toBe(2);
    const queue = ledger.queueOf(ID);
    const { request } = ledger.plan(queue);
    if (!request) throw new Error('nothing to send');
    ledger.markSent(queue, request);
    ledger.reads.receive(ID, before, sent);
    ledger.releaseDeferredRead(queue);
    ledger.refuse(queue, request, new Error('no'));
    expect(ledger.entities.collections.get(ID)).toEqual(before);
  });

  test('a page sent before a confirmed write does not undo it', () => {
    const ledger = ledgerWith({ name: 'Frost', thumbnail: undefined, assets: new Set(['a']), models: new Set() });
    const before = ledger.entities.collections.get(ID);
    const sent = ledger.entities.clock.startRead();
    ledger.begin(add(['x']));
    const server = sendOne(
      ledger,
      { name: 'Frost', thumbnail: undefined, assets: new Set(['a']), models: new Set() },
      true,
    );
    expect(server?.assets.size).toBe(2);
    ledger.reads.receive(ID, before, sent);
    expect(ledger.entities.collections.get(ID)?.assetCount).toBe(2);
  });

  test('a read that overlaps a refused write counts after all', () => {
    const start = { name: 'Frost', thumbnail: undefined, assets: new Set(['a']), models: new Set<string>() };
    const ledger = ledgerWith(start);
    ledger.begin(add(['x']));
    const queue = ledger.queueOf(ID);
    const { request } = ledger.plan(queue);
    if (!request) throw new Error('nothing to send');
    ledger.markSent(queue, request);
    const sent = ledger.entities.clock.startRead();
    ledger.reads.receive(ID, { ...copyOf(start), name: 'Renamed by somebody else' }, sent);
    expect(ledger.entities.collections.get(ID)?.name).toBe('Frost');
    ledger.releaseDeferredRead(queue);
    ledger.refuse(queue, request, new Error('no'));
    expect(ledger.entities.collections.get(ID)?.name).toBe('Renamed by somebody else');
  });
});

test('what is asked of a collection by its id, and by the provisional one, is shown in order when both turn out to name it', () => {
  const some = arbitraryChange.filter(({ kind }) => kind === 'update' || kind === 'addAssets' || kind === 'addModels');
  fc.assert(
    fc.property(
      fc.array(fc.tuple(some, fc.boolean()), { maxLength: 8 }),
      fc.boolean(),
      fc.boolean(),
      (asked, isSent, isListed) => {
        const never = () => 0;
        const ledger = new Ledger(new LogicalClock(never, never));
        const made = create('Frost') as ChangeOf<'create'>;
        made.assignCollectionId('new_1');
        ledger.begin(made);
        const queue = ledger.queueOf('new_1');
        const request = { kind: 'create', callers: [made], settles: [made] } as const;
        ledger.markSent(queue, request);
        const empty = copyOf(plainOf('Frost'));
        if (isListed) ledger.reads.receive(ID, empty, ledger.entities.clock.startRead());
        for (const [change, isNamed] of asked) {
          if (!isNamed) change.assignCollectionId('new_1');
          ledger.begin(change);
        }
        // Another tab may have sent what it has asked for.
        const known = ledger.queues.get(ID);
        if (isSent && known) ledger.markSent(known, { kind: 'verify', callers: [], settles: [...known.changes] });
        ledger.accept(queue, request, empty);
        const changes = asked.map(([change]) => change);
        expect(ledger.queues.get(ID)?.changes ?? []).toEqual(changes);
        expect([...ledger.queues.keys()]).toEqual(changes.length ? [ID] : []);
        const truth = changes.reduce((plain, change) => carryOut(plain, change), plainOf('Frost'));
        const { name, assetCount, modelCount } = ledger.entities.collections.get(ID) ?? empty;
        expect({ name, assetCount, modelCount }).toEqual({
          name: truth.name,
          assetCount: truth.assets.size,
          modelCount: truth.models.size,
        });
      },
    ),
  );
});

test('what is heard of late is shown as if it had been heard of in order', () => {
  const begun = fc.array(fc.tuple(arbitraryChange, fc.nat()), { maxLength: 8 });
  fc.assert(
    fc.property(begun, fc.boolean(), fc.boolean(), (asked, isListed, saysWhere) => {
      const shownIn = (order: readonly (typeof asked)[number][]) => {
        const ledger = new Ledger(
          new LogicalClock(
            () => 0,
            () => 0,
          ),
        );
        const { entities, reads } = ledger;
        reads.receive(ID, { ...copyOf(plainOf('Frost')), assetCount: 5, itemCount: 5 }, entities.clock.startRead());
        // What does not say where it is, is there where it is listed; of what nobody has read nothing is known.
        const listed = isListed ? ['a', 'b', 'c', 'd', 'e'] : [];
        const items = listed.map((id) => ({ id, ...(saysWhere && { collectionIds: [ID] }) })) as Item[];
        const page = reads.addPage('assets', items, {
          token: undefined,
          requestedAt: entities.clock.startRead(),
          isFirst: true,
          sort: undefined,
          collectionId: ID,
          queryHash: 'contents',
        });
        entities.retainPage('assets', page, true);
        const place = (change: Change) => asked.findIndex(([other]) => other === change);
        for (const [change] of order) ledger.begin(change, (other) => place(other) > place(change));
        const { name, assetCount, modelCount } = entities.collections.get(ID) as Collection;
        const { assets } = entities.assets.viewOf(page) as { assets: Asset[] };
        return { name, assetCount, modelCount, ids: assets.map(({ id }) => id) };
      };
      expect(shownIn(asked.toSorted(([, a], [, b]) => a - b))).toEqual(shownIn(asked));
    }),
  );
});

test('what was found out for somebody who has signed out counts for nobody', () => {
  const ledger = new Ledger(
    new LogicalClock(
      () => 0,
      () => 0,
    ),
  );
  const change = add(['a']);
  ledger.begin(change);
  const queue = ledger.queueOf(ID);
  ledger.markSent(queue, { kind: 'verify', callers: [change], settles: [change] });
  ledger.drop(change);
  ledger.entities.prune(() => false, 0);
  ledger.resolveUncertain(
    queue,
    copyOf({ name: 'Trees', thumbnail: undefined, assets: new Set(), models: new Set() }),
    1,
  );
  expect(ledger.entities.confirmed(ID)).toBeUndefined();
});

test('what was found out for somebody who has signed out may hold what the next one has sent, and is not counted with it', () => {
  const ledger = ledgerWith({ name: 'Frost', thumbnail: undefined, assets: new Set(['a']), models: new Set<string>() });
  const change = add(['x']);
  ledger.begin(change);
  const queue = ledger.queueOf(ID);
  ledger.markSent(queue, { kind: 'verify', callers: [change], settles: [change] });
  ledger.drop(change);
  ledger.releaseDeferredRead(queue);
  ledger.releaseIfEmpty(queue);
  ledger.begin(add(['y']));
  const next = ledger.queueOf(ID);
  const { request } = ledger.plan(next);
  if (!request) throw new Error('nothing to send');
  ledger.markSent(next, request);
  const held = copyOf({ name: 'Frost', thumbnail: undefined, assets: new Set(['a', 'y']), models: new Set<string>() });
  ledger.resolveUncertain(queue, held, ledger.entities.clock.startRead());
  expect(ledger.entities.collections.get(ID)?.assetCount).toBe(2);
});

test.each(['before', 'while'])(
  'a read that left %s a request was on its way tells that the collection is gone, also when that request has got no answer',
  (when) => {
    const ledger = ledgerWith({
      name: 'Frost',
      thumbnail: undefined,
      assets: new Set(['a']),
      models: new Set<string>(),
    });
    ledger.begin(add(['x']));
    const queue = ledger.queueOf(ID);
    const { request } = ledger.plan(queue);
    if (!request) throw new Error('nothing to send');
    const before = ledger.entities.clock.startRead();
    ledger.markSent(queue, request);
    const meanwhile = ledger.entities.clock.startRead();
    ledger.markUncertain(queue);
    ledger.reads.receive(ID, undefined, when === 'before' ? before : meanwhile);
    expect(ledger.entities.collections.get(ID)).toBeUndefined();
  },
);

test('what was read for somebody who has signed out is written down for nobody', () => {
  const clock = new LogicalClock(
    () => 0,
    () => 0,
  );
  const ledger = new Ledger(clock);
  const change = add(['a']);
  ledger.begin(change);
  const queue = ledger.queueOf(ID);
  ledger.markSent(queue, { kind: 'verify', callers: [change], settles: [change] });
  ledger.reads.receive(ID, copyOf({ name: 'Trees', thumbnail: undefined, assets: new Set(), models: new Set() }), 1);
  ledger.drop(change);
  ledger.entities.prune(() => false, 0);
  expect(ledger.isWanted(queue)).toBe(false);
  ledger.releaseDeferredRead(queue);
  expect(ledger.entities.confirmed(ID)).toBeUndefined();
});
