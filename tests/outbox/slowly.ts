import type { ScenarioEmulator } from '../../src/testing.ts';

/** Additions, removals and renames take so many ms to the server, and their answers so many back. */
export const slowly =
  ({ fetch }: ScenarioEmulator, there: number, back: number): typeof globalThis.fetch =>
  async (input, init) => {
    const isWrite = init?.method === 'PUT' || init?.method === 'DELETE';
    const wait = (ms: number) => isWrite && new Promise((resolve) => setTimeout(resolve, ms));
    await wait(there);
    const answer = await fetch(input, init);
    await wait(back);
    return answer;
  };
