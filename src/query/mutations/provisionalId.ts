const PREFIX = 'new_';
let count = 0;

/** An id for a collection that the server has not named yet: unlike any other of this page, of an earlier one, and of other tabs. */
export const provisionalId = (now: number): string =>
  `${PREFIX}${now.toString(36)}_${(count++).toString(36)}${Math.random().toString(36).slice(2, 6)}`;

/** True for an id that no server has given. */
export const isProvisional = (id: string): boolean => id.startsWith(PREFIX);
