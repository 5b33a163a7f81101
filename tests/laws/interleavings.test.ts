import { describe, expect, test } from 'vitest';
import { describeWish, type Wish } from './Change.ts';
import { Choices } from './Choices.ts';
import { Interleaving, type Scope } from './Interleaving.ts';

const add = (...ids: string[]): Wish => ({ kind: 'add', members: 'assets', ids });
const remove = (...ids: string[]): Wish => ({ kind: 'remove', members: 'assets', ids });
const rename = (name: string): Wish => ({ kind: 'update', name });
const end: Wish = { kind: 'delete' };

const KINDS: Wish[] = [add('a2'), add('a0', 'a3'), remove('a0'), remove('a2'), rename('New'), end];
const pairs = (reads: number): Scope[] =>
  KINDS.flatMap((first) => KINDS.map((second) => ({ changes: [first, second], reads })));

const SMALL: Scope[] = [...KINDS.map((change) => ({ changes: [change], reads: 2 })), ...pairs(1)];
const LONG: Scope[] = pairs(0).flatMap(({ changes }) =>
  KINDS.map((third) => ({ changes: [...changes, third], reads: 0 })),
);
const ALL: Scope[] = [
  { changes: [add('a2'), remove('a2'), add('a3')], reads: 2 },
  { changes: [add('a2'), rename('New'), add('a2', 'a4')], reads: 2 },
  { changes: [remove('a0'), add('a0'), end], reads: 2 },
];

async function exhaust(scopes: readonly Scope[]): Promise<{ runs: number; frames: number; broken: string[] }> {
  const sum = { runs: 0, frames: 0, broken: [] as string[] };
  for (const scope of scopes) {
    const choices = new Choices();
    do {
      const { frames, broken, timeline } = await new Interleaving(scope, choices).run();
      sum.runs++;
      sum.frames += frames;
      if (broken.length > 0 && sum.broken.length < 3) {
        sum.broken.push(`${JSON.stringify(scope)} ${choices.path}\n${timeline.join('\n')}`);
      }
    } while (choices.next());
  }
  return sum;
}

const describeScope = ({ changes, reads }: Scope) => `${changes.map(describeWish).join(', then ')}; ${reads} reads`;

describe('every interleaving', () => {
  test('of up to two changes and a read of one collection shows no wrong frame', { timeout: 600_000 }, async () => {
    const { runs, frames, broken } = await exhaust(SMALL);
    console.info(`${runs} interleavings of up to two changes and one read: ${frames} frames`);
    expect(broken.join('\n\n')).toBe('');
    expect(runs).toBeGreaterThan(1000);
  });

  if (process.env.LAWS_LONG)
    test('of three changes shows no wrong frame', { timeout: 3_600_000 }, async () => {
      const { runs, frames, broken } = await exhaust(LONG);
      console.info(`${runs} interleavings of three changes: ${frames} frames`);
      expect(broken.join('\n\n')).toBe('');
    });

  for (const scope of process.env.LAWS_ALL ? ALL : []) {
    test(`of ${describeScope(scope)}: no wrong frame`, { timeout: 7_200_000 }, async () => {
      const { runs, frames, broken } = await exhaust([scope]);
      console.info(`${runs} interleavings of ${describeScope(scope)}: ${frames} frames`);
      expect(broken.join('\n\n')).toBe('');
    });
  }
});
