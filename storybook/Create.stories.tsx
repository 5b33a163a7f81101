import type { Meta, StoryObj } from '@storybook/react-vite';
import { useAddAssets, useCreateCollection, useUpdateCollection } from 'scenario-react';
import { expect, waitFor } from 'storybook/test';
import { ChangesScreen } from './screens/ChangesScreen.tsx';
import { CollectionsScreen } from './screens/CollectionsScreen.tsx';
import { writesOf } from './stage/logOf.ts';
import type { StageOptions } from './stage/Stage.ts';
import { stageOf } from './stage/setStage.ts';
import { Button } from './ui/Button.tsx';

function Studio() {
  const create = useCreateCollection();
  const add = useAddAssets();
  const update = useUpdateCollection();
  return (
    <>
      <Button onClick={() => create.mutate({ name: 'Frost golems' })}>New collection</Button>
      <CollectionsScreen
        actions={({ id, name }) => (
          <>
            <Button onClick={() => add.mutate({ collectionId: id, assetIds: ['ice', 'snow'] })}>Fill {name}</Button>
            <Button onClick={() => update.mutate({ collectionId: id, name: `${name}!` })}>Rename {name}</Button>
          </>
        )}
      />
      <ChangesScreen />
    </>
  );
}

/** `useCreateCollection`: there at once, and usable before the server knows of it. */
const meta = {
  title: 'Create',
  component: Studio,
  parameters: {
    stage: { collections: [{ id: 'taverns', name: 'Taverns', assetCount: 5 }] } satisfies StageOptions,
  },
} satisfies Meta<typeof Studio>;

export default meta;
type Story = StoryObj<typeof meta>;

const CREATE = /^POST \/v1\/collections$/;

export const Pending: Story = {
  play: async ({ canvas, loaded, userEvent }) => {
    const { gate, emulator } = stageOf({ loaded });
    const list = await canvas.findByRole('list', { name: 'Collections' });
    gate.hold(CREATE);
    await userEvent.click(canvas.getByRole('button', { name: 'New collection' }));
    await expect(list.children).toHaveLength(2);
    await expect(list.firstElementChild).toHaveTextContent('Frost golems0 items');
    await expect(await canvas.findByText('Creating a collection: saving…')).toBeVisible();
    await expect(emulator.collections).toHaveLength(1);
  },
};

export const UsableBeforeTheServerKnows: Story = {
  play: async ({ canvas, loaded, userEvent }) => {
    const { gate, emulator } = stageOf({ loaded });
    const list = await canvas.findByRole('list', { name: 'Collections' });
    const letGo = gate.hold(CREATE);
    await userEvent.click(canvas.getByRole('button', { name: 'New collection' }));
    const row = list.firstElementChild;
    await userEvent.click(canvas.getByRole('button', { name: 'Fill Frost golems' }));
    await userEvent.click(canvas.getByRole('button', { name: 'Rename Frost golems' }));
    await expect(row).toHaveTextContent('Frost golems!2 items');
    await expect(emulator.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
    letGo();
    await canvas.findByText('Everything is saved.');
    await expect(emulator.collections[0]).toMatchObject({ name: 'Frost golems!', assetCount: 2 });
    // One row for its whole life: the focus, an open menu, an animation stay.
    await expect(list.firstElementChild).toBe(row);
    await expect(row).toHaveTextContent('Frost golems!2 items');
  },
};

export const Refused: Story = {
  parameters: {
    stage: { faults: [{ kind: 'refuse', status: 403, body: { message: 'Your plan allows one' }, on: 'POST' }] },
  },
  play: async ({ canvas, userEvent }) => {
    const list = await canvas.findByRole('list', { name: 'Collections' });
    await userEvent.click(canvas.getByRole('button', { name: 'New collection' }));
    await expect(await canvas.findByText(/403 Your plan allows one/)).toBeVisible();
    await expect(list).toHaveTextContent(/^Taverns5 items/);
    await expect(list.children).toHaveLength(1);
  },
};

export const AnswerLost: Story = {
  parameters: { stage: { faults: [{ kind: 'loseAnswer', on: 'POST /collections', times: 1 }] } satisfies StageOptions },
  play: async ({ canvas, loaded, userEvent }) => {
    const { emulator } = stageOf({ loaded });
    const list = await canvas.findByRole('list', { name: 'Collections' });
    await userEvent.click(canvas.getByRole('button', { name: 'New collection' }));
    await canvas.findByText('Creating a collection: could not be saved');
    // It was made, and the list shows it; it was asked for once, so there are no two.
    await waitFor(() => expect(list.children).toHaveLength(2));
    await expect(list.firstElementChild).toHaveTextContent('Frost golems0 items');
    await expect(writesOf(emulator)).toEqual(['POST /collections 0']);
    await expect(emulator.collections).toHaveLength(2);
  },
};
