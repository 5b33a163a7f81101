import { expect, test } from 'vitest';
import { benchPart, shownPart } from '../../scripts/readme-bench.mjs';

test('the figures in the README are those of the last full benchmark (node scripts/readme-bench.mjs copies them)', () => {
  expect(shownPart()).toBe(benchPart());
});
