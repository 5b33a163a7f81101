import { same } from '../../ledger/same.ts';

/** TanStack Query's `structuralSharing` of one collection, and of what a `select` makes of it: what says the same keeps its identity. */
export const shareOne = (old: unknown, next: unknown): unknown => (same(old, next, true) ? old : next);
