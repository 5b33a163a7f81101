import { createRoot } from 'react-dom/client';
import { type Harness, harness } from './harness.ts';

declare global {
  /** What the driver calls. */
  var bench: Harness;
}

const subjects = {
  floor: async () => (await import('./subjects/floor.tsx')).Floor,
  mutation: async () => (await import('./subjects/floor.tsx')).FloorByMutation,
  ours: async () => (await import('./subjects/ours.tsx')).Ours,
  recipe: async () => (await import('./subjects/recipe.tsx')).Recipe,
  guarded: async () => (await import('./subjects/recipe.tsx')).GuardedRecipe,
  swr: async () => (await import('./subjects/swr.tsx')).Swr,
  rtk: async () => (await import('./subjects/rtkQuery.tsx')).RtkQuery,
  db: async () => (await import('./subjects/tanstackDb.tsx')).TanStackDb,
};

const name = new URLSearchParams(location.search).get('subject') as keyof typeof subjects;
const Subject = await subjects[name]();
globalThis.bench = harness;
createRoot(document.getElementById('root') as HTMLElement).render(<Subject />);
