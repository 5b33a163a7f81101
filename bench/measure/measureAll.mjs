import { Stage } from './Stage.mjs';

/** How many changes a burst makes in one tick. */
const BURST = 200;
const PAGE = 100;

/**
 * @typedef {object} Plan
 * @property {{ id: string, name: string }[]} subjects
 * @property {number[]} sizes
 * @property {number} step How many collections are loaded in a round, of the thousand that are watched.
 * @property {number} rounds
 * @property {number} lives Changes in a round.
 * @property {number} cold How often a page is opened anew for its first change.
 * @property {number} livesMs A round ends after this long, with fewer.
 * @property {number} loadMs For loading up to the next size.
 * @property {number} burstMs
 * @property {number} patienceMs After so long a subject is in no further round.
 */

/**
 * Measures all subjects side by side: each in a page of its own, all pages open at once, a little of each in turn, again and again.
 * So whatever the machine does meanwhile, it does to all of them.
 *
 * A subject that is too slow is given up, and the size at which it was is written down.
 *
 * @param {import('playwright').Browser} browser
 * @param {string} address
 * @param {Plan} plan
 * @param {(line: string) => void} say
 */
export async function measureAll(browser, address, plan, say) {
  const stages = new Map();
  const gaveUp = new Map();
  const sizes = new Map();

  /** One step of each subject that is still there, in turn. */
  const each = async (size, what, step) => {
    for (const [id, stage] of stages)
      try {
        await step(stage, sizes.get(size).get(id));
      } catch (error) {
        if (error.name !== 'TimeIsUp') throw error;
        say(`${id} did not finish ${what} at ${size}`);
        gaveUp.set(id, { size, what });
        stages.delete(id);
        await stage.close();
      }
  };

  const cold = new Map(plan.subjects.map(({ id }) => [id, []]));
  for (let round = 0; round < plan.cold; round++)
    for (const { id } of plan.subjects) {
      const stage = await Stage.open(browser, address, id);
      cold.get(id).push(await stage.lives(1, plan.livesMs));
      await stage.close();
    }
  say('first changes');

  for (const { id } of plan.subjects) stages.set(id, await Stage.open(browser, address, id));

  for (const size of plan.sizes) {
    sizes.set(size, new Map(plan.subjects.map(({ id }) => [id, { pages: [], lives: [], bursts: [], cold: [] }])));
    if (size === plan.sizes[0]) for (const [id, lives] of cold) sizes.get(size).get(id).cold = lives;
    // Before this size, and not before all: what earlier changes have left behind is not the cache's.
    const heap = new Map();
    const before = size === plan.sizes[0] ? PAGE : plan.sizes[plan.sizes.indexOf(size) - 1];
    await each(size, 'resting', async (stage) => void heap.set(stage.subject, await stage.heap()));
    const watched = Math.max(PAGE, size - 10 * PAGE);
    await each(size, 'loading', async (stage) => {
      if (!(await stage.load(watched, plan.loadMs))) throw late('loading');
    });
    for (let to = watched; to < size; ) {
      to = Math.min(to + plan.step, size);
      await each(size, 'loading', async (stage, results) => {
        const pages = await stage.pages(to, plan.loadMs);
        if (pages.length) results.pages.push(pages);
      });
    }
    await each(size, 'resting', async (stage, results) => {
      if (size > before) results.heap = ((await stage.heap()) - heap.get(stage.subject)) / (size - before);
    });
    say(`${size} loaded`);
    await each(size, 'its first changes', (stage) => stage.warm(20, plan.livesMs));
    let spent = new Map();
    /** Who is very slow is measured less often: it needs no precision. */
    const inTurn = async (stage, step) => {
      if ((spent.get(stage.subject) ?? 0) > plan.patienceMs) return;
      const startedAt = Date.now();
      await step();
      spent.set(stage.subject, (spent.get(stage.subject) ?? 0) + Date.now() - startedAt);
    };
    for (let round = 0; round < plan.rounds; round++)
      await each(size, 'single changes', (stage, results) =>
        inTurn(stage, async () => {
          results.lives[round] = await stage.lives(plan.lives, plan.livesMs);
        }),
      );
    say(`${size} changed`);
    spent = new Map();
    // The first is for the engine to compile; where there is time for no other, it counts.
    for (let round = 0; round <= plan.rounds; round++)
      await each(size, 'the burst', (stage, results) =>
        inTurn(stage, async () => {
          results.bursts[Math.max(0, round - 1)] = await stage.burst(BURST, plan.burstMs);
        }),
      );
    say(`${size} burst`);
  }
  for (const stage of stages.values()) await stage.close();
  return { sizes, gaveUp };
}

const late = (what) => Object.assign(new Error(what), { name: 'TimeIsUp' });
