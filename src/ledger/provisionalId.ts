let count = 0;

/** An id for a collection that the server has not named yet: unlike any other of this page, of an earlier one, and of other tabs. */
export const provisionalId = (now: number): string =>
  `new_${now.toString(36).padStart(8, '0')}_${(count++).toString(36)}${Math.random().toString(36).slice(2, 6)}`;

/** True for an id that no server has given. One that is merely called new is the server's. */
export const isProvisional = (id: string): boolean => /^new_[\da-z]{8,}_[\da-z]+$/.test(id);
