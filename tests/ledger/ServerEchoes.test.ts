import { expect, test } from 'vitest';
import { ServerEchoes } from '../../src/ledger/ServerEchoes.ts';

test.each(['yesterday', ''])('a date that is none (%j) hides no date of the server', (updatedAt) => {
  const echoes = new ServerEchoes();
  echoes.noteKnown({ updatedAt: '2026-01-02T00:00:00.000Z' });
  echoes.noteKnown({ updatedAt });
  echoes.noteKnown({ updatedAt: '2026-01-03T00:00:00.000Z' });
  expect(echoes.latest).toBe(Date.parse('2026-01-03T00:00:00.000Z'));
});
