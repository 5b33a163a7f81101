import type { Meta, StoryObj } from '@storybook/react-vite';
import { collectionKeys } from 'scenario-react';
import { expect, waitFor } from 'storybook/test';
import { ChangesScreen } from './screens/ChangesScreen.tsx';
import { CollectionScreen } from './screens/CollectionScreen.tsx';
import { CollectionsScreen } from './screens/CollectionsScreen.tsx';
import { MemberButtons } from './screens/MemberButtons.tsx';
import type { Stage, StageOptions } from './stage/Stage.ts';
import { stageOf } from './stage/setStage.ts';
import { watchText } from './stage/watchText.ts';

function Team() {
  return (
    <>
      <CollectionsScreen />
      <CollectionScreen collectionId="golems">
        <MemberButtons collectionId="golems" assetIds={['ice', 'snow', 'rime']} />
      </CollectionScreen>
      <ChangesScreen />
    </>
  );
}

/** Somebody else works on the same collections, in another browser. */
const meta = {
  title: 'Two people',
  component: Team,
  parameters: {
    stage: {
      collections: [
        { id: 'golems', name: 'Frost golems', assetIds: ['a1', 'a2', 'a3', 'a4'] },
        { id: 'taverns', name: 'Taverns', assetCount: 5 },
      ],
    } satisfies StageOptions,
  },
} satisfies Meta<typeof Team>;

export default meta;
type Story = StoryObj<typeof meta>;

/** What a window does that gets the focus back. */
const readAgain = ({ queryClient, client }: Stage) =>
  queryClient.invalidateQueries({ queryKey: collectionKeys.all(client.scope) });

export const TheirChangeShowsWithTheNextRead: Story = {
  play: async ({ canvas, loaded }) => {
    const stage = stageOf({ loaded });
    const counts = await canvas.findByTestId('counts');
    const list = await canvas.findByRole('list', { name: 'Collections' });
    await stage.somebodyElse.collections.assets.add('golems', { assetIds: ['fog'] });
    await stage.somebodyElse.collections.create({ name: 'Airships' });
    await readAgain(stage);
    await waitFor(() => expect(counts).toHaveTextContent('5 assets'));
    await waitFor(() => expect(list.firstElementChild).toHaveTextContent('Airships0 items'));
    await expect(list.children).toHaveLength(3);
  },
};

export const AReadDoesNotUndoWhatIsPending: Story = {
  play: async ({ canvas, loaded, userEvent }) => {
    const stage = stageOf({ loaded });
    const counts = await canvas.findByTestId('counts');
    await canvas.findByRole('list', { name: 'Collections' });
    stage.gate.hold(/^PUT/);
    const shown = watchText(counts);
    await userEvent.click(canvas.getByRole('button', { name: 'Add 3 assets' }));
    await readAgain(stage);
    await expect(counts).toHaveTextContent('7 assets');
    await expect(shown()).toEqual(['4 assets, 0 models', '7 assets, 0 models']);
    await expect(stage.emulator.collections[0]?.assetCount).toBe(4);
  },
};

export const BothAddAndNeitherIsLost: Story = {
  play: async ({ canvas, loaded, userEvent }) => {
    const stage = stageOf({ loaded });
    const counts = await canvas.findByTestId('counts');
    await canvas.findByRole('list', { name: 'Collections' });
    const letGo = stage.gate.hold(/^PUT/);
    await userEvent.click(canvas.getByRole('button', { name: 'Add 3 assets' }));
    // One of the three is theirs too, so that the request is refused as a whole and the rest is sent again.
    await stage.somebodyElse.collections.assets.add('golems', { assetIds: ['fog', 'ice'] });
    letGo();
    await waitFor(() => expect(stage.emulator.collections[0]?.assetCount).toBe(8));
    await canvas.findByText('Everything is saved.');
    await expect(counts).toHaveTextContent('8 assets');
    await expect(stage.emulator.members('golems').assetIds).toEqual(
      expect.arrayContaining(['ice', 'snow', 'rime', 'fog']),
    );
  },
};
