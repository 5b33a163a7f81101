'use client';

import { useSuspenseCollections } from 'scenario-react';
import { list } from '../list';

export function Names() {
  const { data } = useSuspenseCollections(list);
  return <p>{data.map(({ name }) => name).join(', ')}</p>;
}
