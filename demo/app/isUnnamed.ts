import type { Collection } from 'scenario-react';

/** Whether the server has not named a collection yet: until then its id is its client key. */
export const isUnnamed = ({ id, clientKey }: Collection): boolean => id === clientKey;
