import type { Meta, StoryObj } from '@storybook/react-vite';
import { dehydrate, hydrate, QueryClient, QueryClientProvider, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Scenario, ScenarioProvider, useScenario } from 'scenario-react';
import type { ScenarioEmulator } from 'scenario-react/testing';
import { expect, waitFor } from 'storybook/test';
import { ChangesScreen } from './screens/ChangesScreen.tsx';
import { CollectionScreen } from './screens/CollectionScreen.tsx';
import { MemberButtons } from './screens/MemberButtons.tsx';
import { writesOf } from './stage/logOf.ts';
import { BASE_URL, type StageOptions } from './stage/Stage.ts';
import { stageOf } from './stage/setStage.ts';
import { watchText } from './stage/watchText.ts';
import { Button } from './ui/Button.tsx';

const SPRITES = Array.from({ length: 120 }, (_, index) => `sprite-${index}`);

interface Page {
  queryClient: QueryClient;
  client: Scenario;
}

/** A tab that can be closed: its memory is gone, and what it has kept is plain JSON. */
function Tab({ network }: { network: ScenarioEmulator['fetch'] }) {
  const first: Page = { queryClient: useQueryClient(), client: useScenario() };
  const [kept, keep] = useState<string | null>(null);
  const [{ queryClient, client }, open] = useState(first);
  const close = () => {
    keep(JSON.stringify(dehydrate(queryClient)));
    queryClient.clear();
  };
  const restore = (json: string) => {
    const next = { queryClient: new QueryClient(), client: new Scenario({ baseURL: BASE_URL, fetch: network }) };
    hydrate(next.queryClient, JSON.parse(json));
    open(next);
    keep(null);
  };
  if (kept !== null) return <Button onClick={() => restore(kept)}>Open the tab again</Button>;
  return (
    <QueryClientProvider client={queryClient}>
      <ScenarioProvider client={client}>
        <Button onClick={close}>Close the tab</Button>
        <CollectionScreen collectionId="golems">
          <MemberButtons collectionId="golems" assetIds={SPRITES} />
        </CollectionScreen>
        <ChangesScreen />
      </ScenarioProvider>
    </QueryClientProvider>
  );
}

/** A tab is closed during a large add. The next one goes on from the cache that was kept, and counts nothing twice. */
const meta = {
  title: 'Closed tab',
  parameters: {
    stage: {
      collections: [{ id: 'golems', name: 'Frost golems', assetIds: ['a1', 'a2', 'a3', 'a4'] }],
    } satisfies StageOptions,
  },
  // The next tab has a way to the server that the story does not hold up.
  render: (_, context) => <Tab network={stageOf(context).emulator.fetch} />,
} satisfies Meta;

export default meta;
type Story = StoryObj<typeof meta>;
type Play = NonNullable<Story['play']>;

/** From the click to the tab's end, while the second of three requests is on its way. */
async function closeInTheMiddle({ canvas, loaded, userEvent }: Parameters<Play>[0]): Promise<void> {
  const { emulator } = stageOf({ loaded });
  const counts = await canvas.findByTestId('counts');
  await userEvent.click(canvas.getByRole('button', { name: 'Add 120 assets' }));
  await expect(counts).toHaveTextContent('124 assets');
  await expect(await canvas.findByText('49 of 120')).toBeVisible();
  await waitFor(() => expect(emulator.collections[0]?.assetCount).toBeGreaterThan(4));
  await userEvent.click(canvas.getByRole('button', { name: 'Close the tab' }));
}

/** The next tab shows the wished number from its first frame on, and reaches it with what is missing. */
async function openAgain({ canvas, canvasElement, loaded, userEvent }: Parameters<Play>[0]): Promise<void> {
  const { emulator } = stageOf({ loaded });
  const shown = watchText(canvasElement);
  await userEvent.click(await canvas.findByRole('button', { name: 'Open the tab again' }));
  await waitFor(() => expect(emulator.collections[0]?.assetCount).toBe(124));
  await canvas.findByText('Everything is saved.');
  const numbers = shown().flatMap((text) => /(\d+) assets, /.exec(text)?.[1] ?? []);
  await expect(new Set(numbers)).toEqual(new Set(['124']));
}

export const ClosedBeforeTheServerGotTheRequest: Story = {
  play: async (context) => {
    const { gate, emulator } = stageOf(context);
    gate.hold({ test: () => writesOf(emulator).length === 1 });
    await closeInTheMiddle(context);
    await expect(emulator.collections[0]?.assetCount).toBe(53);
    await openAgain(context);
    await expect(writesOf(emulator)).toHaveLength(3);
  },
};

export const ClosedBeforeTheAnswerCame: Story = {
  play: async (context) => {
    const { emulator } = stageOf(context);
    emulator.fault({ kind: 'slow', ms: 3_600_000, on: () => writesOf(emulator).length === 2, times: 1 });
    await closeInTheMiddle(context);
    await expect(emulator.collections[0]?.assetCount).toBe(102);
    await openAgain(context);
    await expect(writesOf(emulator)).toHaveLength(3);
  },
};
