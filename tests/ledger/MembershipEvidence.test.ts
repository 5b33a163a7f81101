import { expect, test } from 'vitest';
import { MembershipEvidence } from '../../src/ledger/MembershipEvidence.ts';

test('what was learned of memberships is bounded, and the oldest of it goes first', () => {
  const members = new MembershipEvidence();
  const isKnown = (id: number) => members.known('assets', String(id), 'trees', 0) !== undefined;
  const learn = (id: number, at: number) => members.learn('assets', String(id), 'trees', true, at);
  for (let i = 0; i < 10_000; i++) learn(i, i + 1);
  expect([isKnown(0), isKnown(1), isKnown(9_999)]).toEqual([true, true, true]);
  learn(0, 20_000);
  learn(10_000, 20_001);
  expect([isKnown(0), isKnown(1), isKnown(9_999), isKnown(10_000)]).toEqual([true, false, true, true]);
});
