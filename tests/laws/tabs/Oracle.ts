import type { Collection } from '../../../src/api/types.ts';
import { timeNow } from '../../support/virtualTime.ts';
import type { Shown } from '../Shown.ts';
import type { Members } from '../Wire.ts';
import { type Ask, isAdd, isApplied, membersOf, type Place, printWish } from './Ask.ts';
import type { Page } from './Page.tsx';

/** Whether a change counts: it does, it does not, or either is right. */
type Standing = 'in' | 'out' | 'open';

/** Of whom, and when, something is asked. */
export interface Moment {
  readonly page: Page | undefined;
  readonly step: number;
  /** In the middle of a step, what began or ended in it may be seen or not. */
  readonly isMiddle: boolean;
}

/** Whether a page cannot know of a change, since it has not read yet what is kept. */
const isUnread = (ask: Ask, { page, isMiddle }: Moment) =>
  !!page && ask.page !== page && !(isMiddle ? page.hadRead : page.hasRead);

/** Whether a page cannot know what has become of a change, since it has not read yet what is kept: one that has slept, of its own as well. */
const isMissed = (ask: Ask, { page, isMiddle }: Moment) =>
  !!page &&
  (ask.page !== page || page.isOutdated) &&
  !(isMiddle ? page.hadRead : page.hasRead) &&
  (ask.sinceMs ?? 0) >= page.toldUntil;

/** So long it may take, in ms, until whoever outlives a tab has found out what that has done when it could tell nobody. */
export const TAKE_OVER = 1_300;

/**
 * Whether a change was taken back in a tab that slept or ended before it could tell another. One that takes it back as well finds that out when it
 * gets to do so.
 */
const isSecret = (
  { phase, discardedIn, discarders = new Set(), sinceMs = 0 }: Ask,
  page: Page | undefined,
  isMiddle = false,
) =>
  phase === 'gone' &&
  [discardedIn, ...discarders].some((its) => its && its !== page && (!its.isOpen || its.hasSlept)) &&
  (!page || !discarders.has(page) || page.isWriting || isMiddle) &&
  timeNow() < sinceMs + TAKE_OVER + (page?.lateBy ?? 0);

/**
 * Whether a change that was taken back stands in the storage until it is removed there, which takes some time: who has been opened or has woken since it
 * was told finds it, and is told again when it is removed.
 */
const isGoing = ({ phase, isKept, discardedIn, sinceMs = 0 }: Ask, page: Page | undefined) =>
  phase === 'gone' &&
  !!isKept &&
  !!discardedIn?.isWriting &&
  !!page &&
  page !== discardedIn &&
  Math.max(page.toldUntil, page.wokeAt) >= sinceMs;

/**
 * Whether a change of a user who has signed out is about to be dropped in a page: the storage has it still, or the page has not read there that
 * it has not, or was not told, since the tab has ended.
 */
const isLeaving = ({ signOut, page: its, key, sinceMs = 0 }: Ask, page: Page | undefined) => {
  if (!signOut) return false;
  if (signOut.over === undefined || (signOut.isCut && timeNow() < sinceMs + TAKE_OVER)) return true;
  return its === page && key === undefined && (page.isWriting || !page.hasRead);
};

/** Whether a change has failed, and its tab has ended or slept since, before another was opened: that it had failed may not be written yet. */
const isToldByNone = ({ page: its, sinceMs = 0 }: Ask, page: Page) =>
  (!its.isOpen || its.hasSlept) &&
  !page.hasSlept &&
  sinceMs <= page.toldUntil &&
  timeNow() < page.toldUntil + TAKE_OVER + page.lateBy;

/**
 * Whether what a page does was told to no other, since there was no room for it, or no storage: neither knows what the other has made of a
 * collection. What is refused was never done, unless it was asked for once more of a collection that was deleted meanwhile.
 */
const isElsewhere = ({ isUnkept, page: its, phase, place: { asks, creation } }: Ask, page: Page) =>
  its !== page &&
  (phase !== 'failed' || asks.some(({ wish }) => wish.kind === 'delete')) &&
  (isUnkept || page.keepsNothing || (!!creation?.isUnkept && creation.page === page));

/** Whether it waits in a page that cannot tell another of it, or be told. */
const isApart = ({ page: its, phase, wasSent }: Ask, page: Page) =>
  its !== page && phase === 'pending' && !wasSent && (its.keepsNothing || page.keepsNothing);

/** Whether its user has signed out while it was on the wire: it may arrive after what is asked for since, as what somebody else has sent. */
const isLoose = ({ isAfloat, phase }: Ask) => phase === 'unsure' && !!isAfloat;

/** What a page has to itself, since there was no room for it, has no order with what others ask: either may be the last that is done of an item. */
const isUnordered = ({ isUnkept, page, place, wish }: Ask): boolean =>
  'item' in wish &&
  place.asks.some(
    (other) =>
      (isUnkept || other.isUnkept) && other.page !== page && 'item' in other.wish && other.wish.item === wish.item,
  );

interface Range {
  readonly low: number;
  readonly high: number;
}

const isWithin = (count: number, { low, high }: Range) => count >= low && count <= high;

const print = ({ low, high }: Range) => (low === high ? `${low}` : `${low}…${high}`);

/** A create is looked for by its name: a tab without a database has read the collection, and called it something else. */
const isRenamed = ({ creation, asks }: Place): boolean =>
  creation?.phase === 'pending' &&
  !!creation.wasMarked &&
  asks.some(({ wish, page, phase }) => wish.kind === 'update' && page.keepsNothing && phase !== 'failed');

/** What a create has made stands beside what is looked for still, or is made now: it was asked for again, since nobody knew of it, or nobody finds it. */
const isTwice = (place: Place): boolean => {
  const { ids, creation } = place;
  return ids.size > 1 || (ids.size > 0 && creation?.phase === 'pending' && (!!creation.wasUnsure || isRenamed(place)));
};

/**
 * Computes what each tab may show, from what was asked for and what has become of it, and from nothing else.
 *
 * The law: every tab shows what there was at first with all changes applied, in the order in which they were kept, whichever tab asked,
 * whether they are sent or not. One that has failed is not among them. When a step has ended there is nothing open in it: databases,
 * locks and messages take no time here.
 */
export class Oracle {
  readonly places: Place[] = [];
  readonly asks: Ask[] = [];
  /** Until then, in ms, some changes may not have been kept. */
  fullUntil = 0;
  /** What a tab has read for the first time may hold what was on the wire: until that is settled, nobody can tell. */
  readonly #unproven = new Map<Page, Set<Ask>>();
  readonly #seen = new Map<Page, Set<Place>>();

  placeOf(id: string): Place | undefined {
    return this.places.find(({ handle, ids }) => handle === id || ids.has(id));
  }

  /** A tab has slept, and begins anew. */
  forgetReads(page: Page): void {
    this.#seen.delete(page);
  }

  /** A row that left with its create was never read: the server may have made the collection, and then it is read for the first time. */
  keepReads(page: Page, shown: ReadonlySet<Place | undefined>): void {
    const seen = this.#seen.get(page) ?? [];
    for (const place of seen) if (place.creation && !shown.has(place)) this.#seen.get(page)?.delete(place);
  }

  /** A tab has read a collection for the first time, while some changes of it were on the wire or had been. */
  markFirstRead(page: Page, place: Place, wasSent: (ask: Ask) => boolean, step: number): void {
    const seen = this.#seen.get(page) ?? new Set();
    this.#seen.set(page, seen);
    if (seen.has(place)) return;
    seen.add(place);
    for (const ask of place.creation ? [place.creation, ...place.asks] : place.asks) {
      // Of one that nobody knows the end of it may be in this as well, whatever is asked since.
      if ((!['pending', 'unsure'].includes(ask.phase) && ask.since !== step) || !wasSent(ask)) continue;
      this.#unproven.set(page, (this.#unproven.get(page) ?? new Set()).add(ask));
    }
  }

  /** A tab has read what is kept, and what it has read of the server may be from before or after what was on the wire. */
  markFound(page: Page, wasSent: (ask: Ask) => boolean, step: number): void {
    for (const ask of this.asks)
      if ((ask.phase === 'pending' || ask.since === step) && wasSent(ask))
        this.#unproven.set(page, (this.#unproven.get(page) ?? new Set()).add(ask));
  }

  /** A tab that has woken shows what it has read while some changes were on the wire: nobody can tell of these until they are settled. */
  keepUnproven(page: Page): void {
    for (const ask of page.unproven) this.#unproven.set(page, (this.#unproven.get(page) ?? new Set()).add(ask));
  }

  standing(ask: Ask, moment: Moment): Standing {
    const { page, step, isMiddle } = moment;
    if (ask.phase === 'unsure' || isSecret(ask, page, isMiddle)) return 'open';
    if (isLeaving(ask, page) || isGoing(ask, page)) return 'open';
    // Who was opened since shows it as what it lists it for.
    if (page && ask.phase === 'failed' && isToldByNone(ask, page)) return 'open';
    if (page && isApart(ask, page)) return 'out';
    if (page && isElsewhere(ask, page)) return 'open';
    // What has become of it while this page slept could not be written down.
    if (page?.isOutdated && this.fullUntil >= page.sleptAt && ['pending', 'done'].includes(ask.phase)) return 'open';
    // What has become of it is told by what the page reads.
    const isUntold =
      !page?.known.has(ask) ||
      ask.discarded !== undefined ||
      page.unproven.has(ask) ||
      page.missedSignOut ||
      // What is done of one that has failed is told with its failure.
      (ask.phase === 'done' && ask.parts.some(({ phase }) => phase === 'failed' || phase === 'unsure')) ||
      // A part of it may have been done before this page knew of the rest.
      (ask.parts.length > 1 && ask.page !== page);
    if (page?.isOutdated && isUntold && ['pending', 'done'].includes(ask.phase)) return 'open';
    if (isMiddle && (ask.began === step || ask.since === step || ask.discarded === step)) return 'open';
    // It was written down in this step, by a page that slept until then.
    if (isMiddle && ask.kept === step && ask.page !== page) return 'open';
    // It waits in a page that sleeps, which writes it down when it wakes, or is being written down.
    if (ask.phase === 'pending' && ask.key === undefined && ask.page !== page) return 'open';
    // Nobody was told that it is kept, or this page has not read so yet.
    if (ask.phase === 'pending' && (ask.untold || isUnread(ask, moment))) return 'open';
    // It was settled when the page knew nothing of it.
    if (isMissed(ask, moment)) return 'open';
    if (ask.phase === 'pending' && ask.isPartRefused) return 'open';
    if (ask.phase === 'pending') return page && this.#unproven.get(page)?.has(ask) ? 'open' : 'in';
    if (ask.phase === 'done') return 'in';
    // What its first request may have done stays, though its second was refused or taken back.
    return ask.wasUnsure && (ask.wish.kind !== 'create' || ask.place.ids.size) ? 'open' : 'out';
  }

  /** Whether a collection is there. */
  presence(place: Place, moment: Moment): Standing {
    const made = place.creation ? this.standing(place.creation, moment) : 'in';
    const deletes = place.asks.filter(({ wish }) => wish.kind === 'delete').map((ask) => this.standing(ask, moment));
    // A create that was carried out and asked for again is there twice, and what is asked of it goes to one of the two.
    if (isTwice(place) && deletes.includes('in')) return 'open';
    if (made === 'out' || deletes.includes('in')) return 'out';
    return made === 'open' || deletes.includes('open') ? 'open' : 'in';
  }

  /** Whether a change counts in one of the two that a create has made: it is asked of one of them, or of whichever bears the provisional id. */
  #standingIn(id: string, ask: Ask, moment: Moment): Standing {
    const { place, target } = ask;
    const standing = this.standing(ask, moment);
    // Who has asked something of the row that it has read, while the create is looked for, takes it for another than the one that waits.
    const isTaken = place.asks.some((other) => other.page === moment.page && other.target === id);
    if (standing === 'in' && place.creation?.phase === 'pending' && isTaken && target !== id) return 'open';
    if (!isTwice(place) || target === id) return standing;
    if (place.ids.has(target)) return 'out';
    return standing === 'in' ? 'open' : standing;
  }

  /** What a collection of this id may be called. */
  names(place: Place, id: string, moment: Moment): Set<string> {
    const names = new Set([place.name]);
    for (const ask of this.#inOrder(place)) {
      const { wish } = ask;
      if (wish.kind !== 'update') continue;
      const standing = this.#standingIn(id, ask, moment);
      // Where one has no place in the order that all tabs share, the last may be either.
      if (standing === 'in' && !place.asks.some(({ isUnkept }) => isUnkept)) names.clear();
      if (standing !== 'out') names.add(wish.name);
    }
    for (const { wish } of place.asks.filter(isLoose)) if (wish.kind === 'update') names.add(wish.name);
    return names;
  }

  /** How many items of a kind it may hold. */
  counts(place: Place, id: string, moment: Moment, members: Members): Range {
    const items = new Map([...place.items[members]].map((item) => [item, new Set([true])]));
    const foggy = new Set<string>();
    let fuzz = 0;
    let more = 0;
    for (const ask of this.#inOrder(place)) {
      const { wish } = ask;
      if (!('item' in wish) || membersOf(wish) !== members) continue;
      const its = this.#standingIn(id, ask, moment);
      const standing = its === 'in' && isUnordered(ask) ? 'open' : its;
      if (moment.page && isApart(ask, moment.page)) continue;
      const wantsIn = isAdd(wish);
      const was = items.get(wish.item) ?? new Set([false]);
      // Whether it is in that is taken out again, nobody knows who was not told what has become of its add.
      if (!wantsIn && standing !== 'out' && was.has(false)) fuzz++;
      // What is not kept is told to no other tab: of two at once either answer may count the other, and so may what is read by a page that wakes.
      const isBeside = (other: Ask) => other.page !== ask.page && (ask.isUnkept || other.isUnkept);
      if (ask.phase === 'pending' && (place.asks.some(isBeside) || (ask.isUnkept && ask.page.hasSlept))) {
        more++;
        fuzz++;
      }
      // What was read while it was on the wire may hold it, and is taken to where nobody knows, whatever is asked of it since.
      const isUnderWay = ask.phase === 'pending' || (moment.isMiddle && ask.since === moment.step);
      if (isLoose(ask) || (isUnderWay && (standing === 'open' || ask.wasUnsure))) foggy.add(wish.item);
      if (standing === 'in') items.set(wish.item, new Set([wantsIn]));
      else if (standing === 'open') items.set(wish.item, new Set([...was, wantsIn]));
    }
    for (const item of foggy) items.set(item, new Set([true, false]));
    const all = [...items.values()];
    const low = all.filter((is) => !is.has(false)).length;
    return { low: Math.max(0, low - fuzz), high: all.filter((is) => is.has(true)).length + more };
  }

  /** The members of a kind that a collection has in the end; those of which nobody knows are left out, and named apart. */
  members(place: Place, moment: Moment, members: Members): { sure: Set<string>; open: Set<string> } {
    const sure = new Set(place.items[members]);
    const open = new Set<string>();
    for (const ask of this.#inOrder(place)) {
      const { wish } = ask;
      if (!('item' in wish) || membersOf(wish) !== members) continue;
      const its = this.standing(ask, moment);
      const standing = its === 'in' && isUnordered(ask) ? 'open' : its;
      if (standing === 'open') open.add(wish.item);
      else if (standing === 'in' && isAdd(wish)) sure.add(wish.item);
      else if (standing === 'in') sure.delete(wish.item);
      if (standing === 'in' && !isAdd(wish)) open.delete(wish.item);
    }
    for (const { wish } of place.asks.filter(isLoose))
      if ('item' in wish && membersOf(wish) === members) open.add(wish.item);
    return { sure, open };
  }

  /** All that is wrong with what a tab shows. */
  check({ lists, details, contents }: Shown, moment: Moment): string[] {
    const wrong: string[] = [];
    const check = (where: string, copy: Collection) => {
      const place = this.placeOf(copy.id);
      if (!place) return wrong.push(`${where}: a row that nobody made: ${copy.id} ${copy.name}`);
      const { id, name, assetCount, modelCount, itemCount } = copy;
      const names = this.names(place, id, moment);
      const assets = this.counts(place, id, moment, 'assets');
      const models = this.counts(place, id, moment, 'models');
      const is = `${where}: ${id} is ${name} ${assetCount}+${modelCount}`;
      if (!names.has(name) || !isWithin(assetCount, assets) || !isWithin(modelCount, models))
        wrong.push(`${is}, may be ${[...names].join('|')} ${print(assets)}+${print(models)}`);
      if (itemCount !== assetCount + modelCount) wrong.push(`${is}, and ${itemCount} in all`);
      return undefined;
    };
    for (const { where, rows } of lists) {
      for (const row of rows) check(where, row);
      for (const place of this.places) {
        const its = rows.filter(({ id }) => this.placeOf(id) === place);
        const presence = this.presence(place, moment);
        const name = `${where}: ${place.handle || place.name}`;
        // A create of which nobody knows whether it was carried out, and that was asked for again, may be there twice.
        const isUnfound = isRenamed(place) && its.some((row) => place.ids.has(row.id) && row.name !== place.name);
        const times = isUnfound ? 2 : (place.creation?.times ?? 1);
        if (its.length > Math.max(place.ids.size, times)) wrong.push(`${name} is there ${its.length} times`);
        if (its.length && presence === 'out') wrong.push(`${name} is there, and should not be`);
        if (!its.length && presence === 'in') wrong.push(`${name} is missing`);
      }
    }
    for (const { where, copy } of details)
      if (this.presence(this.placeOf(copy.id) as Place, moment) === 'in') check(where, copy);
    for (const { where, collectionId, items, members } of contents) {
      const place = this.placeOf(collectionId) as Place;
      // It may be deleted, and who is told nothing, or not of that since there was no room, finds out by a read what was done of it before.
      const isDeletedElsewhere = ({ wish, isUnkept, page }: Ask) =>
        wish.kind === 'delete' && isUnkept && page !== moment.page;
      const isUntold = moment.page?.keepsNothing || place.asks.some(isDeletedElsewhere);
      if (isUntold && this.presence(place, moment) !== 'in') continue;
      const { sure, open } = this.members(place, moment, members);
      for (const { id } of items)
        if (!sure.has(id) && !open.has(id) && !moment.page?.addedLately.has(id))
          wrong.push(`${where}: holds ${id}, and should not`);
      if (new Set(items.map(({ id }) => id)).size < items.length) wrong.push(`${where}: an item is there twice`);
    }
    return wrong;
  }

  /** Whether a tab lists what is pending and what has failed, and nothing else. */
  checkPending(page: Page): string[] {
    const listed = page.pending;
    const wrong: string[] = [];
    // Who was told nothing says so, of what others have taken over.
    for (const [print, { error }] of listed) if (String(error).includes('nobody knows here')) listed.delete(print);
    for (const ask of this.asks) {
      const print = printWish(ask.wish);
      const line = listed.get(print);
      listed.delete(print);
      const hasFailed = ask.phase === 'failed' || (ask.phase === 'unsure' && ask.discarded === undefined);
      const isForeign = page.keepsNothing && ask.page !== page;
      const due = isForeign ? 'nothing' : ask.phase === 'pending' ? 'pending' : hasFailed ? 'failed' : 'nothing';
      const is = line ? (line.status === 'failed' ? 'failed' : 'pending') : 'nothing';
      // What is asked of a collection that is deleted is told by a read that finds nothing, or fails.
      const isOver = ask.place.asks.some(({ wish, phase }) => wish.kind === 'delete' && phase === 'done');
      if (is !== 'pending' && isOver) continue;
      if (due !== 'nothing' && ask.key === undefined && ask.page !== page) continue;
      // Who was told has ended before that was written down: it is asked about again.
      if (is === 'pending' && ask.phase === 'done' && ask.isKept) continue;
      if (isSecret(ask, page) || isLeaving(ask, page) || isGoing(ask, page)) continue;
      // A tab that was opened since reads that it is pending, until whoever was told has written down that it is not.
      if (is === 'pending' && due === 'failed' && isToldByNone(ask, page)) continue;
      // It was asked for again in a tab that ended before it could tell: what had failed before is listed until then.
      const isUntold =
        ask.times > 1 && (!ask.page.isOpen || ask.page.hasSlept) && timeNow() < (ask.sinceMs ?? 0) + TAKE_OVER;
      const isOld = line?.submittedAt !== ask.submittedAt;
      if (ask.phase === 'done' && is === 'failed' && isUntold && isOld) continue;
      // A part of its change has failed.
      if (ask.phase === 'done' && is === 'failed' && isApplied(ask, line?.error)) continue;
      // The page that takes it back has not found out yet whether it was on the wire.
      if (ask.phase === 'unsure' && is === 'failed' && ask.discardedIn?.isWriting) continue;
      if (ask.untold || isUnread(ask, { page, step: -1, isMiddle: false })) continue;
      // It has asked for it again itself, and finds out when that is written that another was first.
      if (page !== ask.page && ask.times > 1 && page.isWriting && is === 'pending') continue;
      // Whoever has taken it back fell asleep before it could tell. There is no room for it, and it is about to be removed.
      const isHidden = ask.isKept ? this.fullUntil > 0 && !line?.stored && page.isWriting : ask.discardedIn?.hasSlept;
      // There was no room for it any more, and its tab ended before it could tell.
      const isLost = !ask.isKept && !ask.page.isOpen && timeNow() < (ask.unkeptMs ?? 0) + TAKE_OVER;
      if (is !== due) wrong.push(`pending: ${print} is listed as ${is}, and is ${due}`);
      else if (isHidden || isLost) continue;
      else if (due === 'pending' && !!ask.isKept !== line?.stored)
        wrong.push(
          `pending: ${print} is ${ask.isKept ? 'not ' : ''}shown as stored, and is${ask.isKept ? '' : ' not'}`,
        );
    }
    for (const print of listed.keys()) wrong.push(`pending: ${print} is listed, and nobody asked for it`);
    return wrong;
  }

  #inOrder({ asks }: Place): Ask[] {
    const sorted = asks.toSorted((a, b) => (a.key ?? Infinity) - (b.key ?? Infinity) || a.asked - b.asked);
    // What was over before it was kept never had a place, either.
    const isUnkept = (ask: Ask) => ask.isUnkept || (ask.key === undefined && ask.phase !== 'pending');
    const kept = sorted.filter((ask) => !isUnkept(ask));
    // Each where its page has it.
    for (const ask of sorted.filter(isUnkept))
      kept.splice(kept.findLastIndex(({ asked }) => asked < ask.asked) + 1, 0, ask);
    return kept;
  }
}
