import type { Meta, StoryObj } from '@storybook/react-vite';
import { useState } from 'react';
import { useDeleteCollection, useScenario, useUpdateCollection } from 'scenario-react';
import { expect, waitFor } from 'storybook/test';
import { ChangesScreen } from './screens/ChangesScreen.tsx';
import { CollectionScreen } from './screens/CollectionScreen.tsx';
import { CollectionsScreen } from './screens/CollectionsScreen.tsx';
import { logOf, writesOf } from './stage/logOf.ts';
import type { StageOptions } from './stage/Stage.ts';
import { stageOf } from './stage/setStage.ts';
import { Button } from './ui/Button.tsx';

/** `useCollection`, `useUpdateCollection`, `useDeleteCollection`, `useScenario`: one collection beside the list that it is in. */
const meta = {
  title: 'Collection',
  component: CollectionScreen,
  args: { collectionId: 'golems' },
  parameters: {
    stage: {
      collections: [
        { id: 'golems', name: 'Frost golems', assetIds: ['ice', 'snow'], modelCount: 1 },
        { id: 'taverns', name: 'Taverns', assetCount: 5 },
      ],
    } satisfies StageOptions,
  },
} satisfies Meta<typeof CollectionScreen>;

export default meta;
type Story = StoryObj<typeof meta>;

const BOTH = /^GET \/v1\/collections/;
const WRITE = /^(PUT|DELETE)/;

/** The list, and the collection that is chosen in it. */
function ListAndDetail() {
  const [chosen, choose] = useState<string | null>(null);
  return (
    <>
      <CollectionsScreen actions={({ id, name }) => <Button onClick={() => choose(id)}>Open {name}</Button>} />
      <CollectionScreen collectionId={chosen} staleTime={60_000} />
    </>
  );
}

/** The list, the collection, and buttons that change it. */
function Editor() {
  const update = useUpdateCollection();
  const remove = useDeleteCollection();
  const collectionId = 'golems';
  return (
    <>
      <CollectionsScreen />
      <CollectionScreen collectionId={collectionId}>
        <Button onClick={() => update.mutate({ collectionId, name: 'Ice golems' })}>Rename</Button>
        <Button onClick={() => update.mutate({ collectionId, thumbnail: 'ice' })}>Set picture</Button>
        <Button onClick={() => remove.mutate({ collectionId })}>Delete</Button>
      </CollectionScreen>
      <ChangesScreen />
    </>
  );
}

export const FirstLoad: Story = {
  parameters: { stage: { hold: BOTH } },
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole('status')).toHaveTextContent('Loading the collection…');
  },
};

export const Loaded: Story = {
  play: async ({ canvas, loaded }) => {
    await expect(await canvas.findByRole('heading')).toHaveTextContent('Frost golems');
    await expect(canvas.getByTestId('counts')).toHaveTextContent('2 assets, 1 model');
    await expect(logOf(stageOf({ loaded }).emulator)).toEqual(['GET /collections/golems 200']);
  },
};

export const NoneChosen: Story = {
  args: { collectionId: null },
  play: async ({ canvas, loaded }) => {
    await expect(await canvas.findByText('Choose a collection.')).toBeVisible();
    await expect(logOf(stageOf({ loaded }).emulator)).toEqual([]);
  },
};

export const AListThatHasItIsAskedInsteadOfTheServer: Story = {
  render: () => <ListAndDetail />,
  play: async ({ canvas, loaded, userEvent }) => {
    await userEvent.click(await canvas.findByRole('button', { name: 'Open Taverns' }));
    await expect(canvas.getByRole('heading')).toHaveTextContent('Taverns');
    await expect(canvas.getByTestId('counts')).toHaveTextContent('5 assets');
    await expect(logOf(stageOf({ loaded }).emulator)).toEqual(['GET /collections 200']);
  },
};

export const RenamePending: Story = {
  render: () => <Editor />,
  play: async ({ canvas, loaded, userEvent }) => {
    const { gate, emulator } = stageOf({ loaded });
    await canvas.findByRole('heading');
    await canvas.findByRole('list', { name: 'Collections' });
    gate.hold(WRITE);
    await userEvent.click(canvas.getByRole('button', { name: 'Rename' }));
    await expect(canvas.getAllByText('Ice golems')).toHaveLength(2);
    await expect(await canvas.findByText('Changing a collection: saving…')).toBeVisible();
    await expect(emulator.collections[0]?.name).toBe('Frost golems');
  },
};

export const RenameSaved: Story = {
  render: () => <Editor />,
  play: async ({ canvas, loaded, userEvent }) => {
    const { emulator } = stageOf({ loaded });
    await canvas.findByRole('heading');
    await canvas.findByRole('list', { name: 'Collections' });
    const before = logOf(emulator).length;
    await userEvent.click(canvas.getByRole('button', { name: 'Rename' }));
    await waitFor(() => expect(emulator.collections[0]?.name).toBe('Ice golems'));
    await canvas.findByText('Everything is saved.');
    await expect(canvas.getAllByText('Ice golems')).toHaveLength(2);
    await expect(logOf(emulator).slice(before)).toEqual(['PUT /collections/golems 200']);
  },
};

export const RenameRefused: Story = {
  render: () => <Editor />,
  parameters: {
    stage: { faults: [{ kind: 'refuse', status: 422, body: { message: 'The name is taken' }, on: 'PUT' }] },
  },
  play: async ({ canvas, userEvent }) => {
    await canvas.findByRole('heading');
    await canvas.findByRole('list', { name: 'Collections' });
    await userEvent.click(canvas.getByRole('button', { name: 'Rename' }));
    await expect(await canvas.findByText(/422 The name is taken/)).toBeVisible();
    await expect(canvas.getAllByText('Frost golems')).toHaveLength(2);
    await expect(canvas.queryByText('Ice golems')).toBeNull();
  },
};

export const PictureSet: Story = {
  render: () => <Editor />,
  play: async ({ canvas, canvasElement, loaded, userEvent }) => {
    const { emulator } = stageOf({ loaded });
    await canvas.findByRole('heading');
    await canvas.findByRole('list', { name: 'Collections' });
    await expect(canvasElement.querySelectorAll('img')).toHaveLength(0);
    await userEvent.click(canvas.getByRole('button', { name: 'Set picture' }));
    await waitFor(() => expect(canvasElement.querySelectorAll('img')).toHaveLength(2));
    await expect(emulator.collections[0]?.thumbnail?.assetId).toBe('ice');
  },
};

export const DeletePending: Story = {
  render: () => <Editor />,
  play: async ({ canvas, loaded, userEvent }) => {
    const { gate, emulator } = stageOf({ loaded });
    await canvas.findByRole('heading');
    await expect((await canvas.findByRole('list', { name: 'Collections' })).children).toHaveLength(2);
    gate.hold(WRITE);
    await userEvent.click(canvas.getByRole('button', { name: 'Delete' }));
    await expect(canvas.getByRole('list', { name: 'Collections' })).toHaveTextContent(/^Taverns5 items$/);
    // Whoever has it open keeps the last copy until the server has agreed.
    await expect(canvas.getByRole('heading')).toHaveTextContent('Frost golems');
    await expect(emulator.collections).toHaveLength(2);
  },
};

export const DeleteSaved: Story = {
  render: () => <Editor />,
  play: async ({ canvas, loaded, userEvent }) => {
    const { emulator } = stageOf({ loaded });
    await canvas.findByRole('heading');
    await canvas.findByRole('list', { name: 'Collections' });
    await userEvent.click(canvas.getByRole('button', { name: 'Delete' }));
    await expect(await canvas.findByRole('alert')).toHaveTextContent('This collection does not exist any more.');
    await expect(canvas.getByRole('list', { name: 'Collections' })).toHaveTextContent(/^Taverns5 items$/);
    await expect(writesOf(emulator)).toEqual(['DELETE /collections/golems 200']);
  },
};

export const DeleteRefused: Story = {
  render: () => <Editor />,
  parameters: { stage: { faults: [{ kind: 'refuse', status: 403, on: 'DELETE' }] } },
  play: async ({ canvas, userEvent }) => {
    await canvas.findByRole('heading');
    await canvas.findByRole('list', { name: 'Collections' });
    await userEvent.click(canvas.getByRole('button', { name: 'Delete' }));
    await canvas.findByText('Deleting a collection: could not be saved');
    await expect(canvas.getByRole('list', { name: 'Collections' }).children).toHaveLength(2);
    await expect(canvas.getByRole('heading')).toHaveTextContent('Frost golems');
  },
};

/** `useScenario`: the client itself, for a call that no hook makes. */
function Export() {
  const { collections } = useScenario();
  const [names, setNames] = useState<string[]>([]);
  const read = async () => {
    const all: string[] = [];
    for await (const { name } of collections.list({ pageSize: 1 })) all.push(name);
    setNames(all);
  };
  return (
    <>
      <Button onClick={() => void read()}>Read all names</Button>
      <output>{names.join(', ')}</output>
    </>
  );
}

export const TheClientItself: Story = {
  render: () => <Export />,
  play: async ({ canvas, userEvent }) => {
    await userEvent.click(await canvas.findByRole('button'));
    await waitFor(() => expect(canvas.getByRole('status')).toHaveTextContent('Frost golems, Taverns'));
  },
};
