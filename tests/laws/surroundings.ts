/**
 * What the world around a page can be like, beside faults and slow answers: each is a kind of act, a setting of a schedule, or a law
 * that is judged.
 *
 * - `colleague`: somebody else adds, removes and exchanges the same items as we do, and deletes collections
 * - `promises`: a promise that resolves is checked against what the server held while the change was pending
 * - `creates`: the new rows stand in the server's order
 * - `clocks`: the device's clock is set, and what a server with another clock has rendered is hydrated
 * - `cursors`: a token does not outlive a write
 * - `sorting`: contents are sorted
 * - `trimmed`: the cache keeps two pages of a list, so that its first page is not the API's first
 * - `lagging`: a read is answered from a state that is older than the last write
 * - `reloads`: the page is loaded again, and its cache restored, while changes are made
 * - `signOuts`: the user signs out, and another one in
 * - `remounts`: a screen takes the place of another one of its kind, in one commit
 * - `shortDates`: the server writes dates without zeros at their ends, so that they have no order as text
 * - `outages`: for a while all requests end in the same way, although the browser says that there is a network
 * - `oddAsks`: an id is named twice in one call, or a name is asked for that is there already
 * - `empty`: a project that has no collection yet
 * - `sameNames`: collections are made that have one name, also by a click that was two
 * - `habits`: screens read by Suspense, with a `select`, again and again by themselves, or write below a provider of their own
 */
export const SURROUNDINGS = [
  'colleague',
  'promises',
  'creates',
  'clocks',
  'cursors',
  'sorting',
  'trimmed',
  'lagging',
  'reloads',
  'signOuts',
  'remounts',
  'shortDates',
  'outages',
  'oddAsks',
  'empty',
  'sameNames',
  'habits',
] as const;
export type Surrounding = (typeof SURROUNDINGS)[number];

const asked = process.env.LAWS_WITH?.split(',');

/** Whether the schedules have it. `LAWS_WITH=clocks,lagging` takes these and no others. */
export const isOn = (surrounding: Surrounding): boolean => asked === undefined || asked.includes(surrounding);
