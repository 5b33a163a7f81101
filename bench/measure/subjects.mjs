/** Who is measured, in the order of a round. The first is what the others are compared with, and the second is no peer. */
export const SUBJECTS = [
  { id: 'floor', name: 'Floor: a bare store' },
  { id: 'mutation', name: 'Floor, by useMutation' },
  { id: 'ours', name: 'scenario-react' },
  { id: 'recipe', name: "TanStack Query's recipe" },
  { id: 'guarded', name: 'The recipe, guarded' },
  { id: 'swr', name: 'SWR' },
  { id: 'rtk', name: 'RTK Query' },
  { id: 'db', name: 'TanStack DB' },
];
