import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './pages.ts';

const workflows = globSync('.github/workflows/*.yml', { cwd: ROOT }).map((path) => ({
  path,
  text: readFileSync(join(ROOT, path), 'utf8'),
}));

test('every action is pinned to a commit, beside the version that it is, and one version to one commit', () => {
  const uses = workflows.flatMap(({ text }) => [...text.matchAll(/uses: (.+)$/gm)].map(([, used = '']) => used));
  expect(uses.length).toBeGreaterThan(5);
  expect(uses.filter((used) => !/^[\w-]+\/[\w-]+(\/[\w-]+)?@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(used))).toEqual([]);
  const pins = new Set(uses.map((used) => used.replace(/^([\w-]+\/[\w-]+)[^@]*/, '$1')));
  expect(pins.size).toBe(new Set([...pins].map((pin) => pin.split('@')[0])).size);
});

test('a workflow may read unless a job of it says otherwise, and a checkout leaves no token behind', () => {
  for (const { path, text } of workflows) {
    expect(text, path).toMatch(/^permissions:\n {2}contents: read$/m);
    const checkouts = text.match(/actions\/checkout@/g)?.length;
    expect(text.match(/persist-credentials: false/g)?.length, path).toBe(checkouts);
  }
});

test('an issue on something wrong asks for a failing test against the emulator', () => {
  const form = readFileSync(join(ROOT, '.github/ISSUE_TEMPLATE/wrong.yml'), 'utf8');
  expect(form).toContain('createScenarioEmulator');
  expect(form).toMatch(/id: test[\s\S]*?required: true/);
});
