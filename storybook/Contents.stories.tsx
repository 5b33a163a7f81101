import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, waitFor } from 'storybook/test';
import { AssetsScreen } from './screens/AssetsScreen.tsx';
import { CollectionScreen } from './screens/CollectionScreen.tsx';
import { MemberButtons } from './screens/MemberButtons.tsx';
import { ModelsScreen } from './screens/ModelsScreen.tsx';
import { logOf, writesOf } from './stage/logOf.ts';
import type { StageOptions } from './stage/Stage.ts';
import { stageOf } from './stage/setStage.ts';

interface Props {
  kind: 'assets' | 'models';
  /** A button that adds these. */
  addable?: readonly string[];
  /** A second collection's contents beside it. */
  beside?: string;
}

function Contents({ kind, addable = [], beside }: Props) {
  const Screen = kind === 'assets' ? AssetsScreen : ModelsScreen;
  return (
    <>
      <CollectionScreen collectionId="golems">
        <MemberButtons collectionId="golems" {...(kind === 'assets' ? { assetIds: addable } : { modelIds: addable })} />
      </CollectionScreen>
      <Screen collectionId="golems" />
      {beside && <Screen collectionId={beside} />}
    </>
  );
}

/** `useCollectionAssets`, `useCollectionModels`: what is in a collection, in step with its count. */
const meta = {
  title: 'Contents',
  component: Contents,
  args: { kind: 'assets' },
  parameters: {
    stage: {
      collections: [
        { id: 'golems', name: 'Frost golems', assetIds: ['ice', 'snow', 'rime'], modelIds: ['pixel', 'ink'] },
        { id: 'dragons', name: 'Dragons', assetIds: ['ember'] },
      ],
      assets: [
        { id: 'ice', name: 'Ice' },
        { id: 'snow', name: 'Snow' },
        { id: 'rime', name: 'Rime' },
        { id: 'ember', name: 'Ember' },
        { id: 'ash', name: 'Ash' },
      ],
      models: [
        { id: 'pixel', name: 'Pixel' },
        { id: 'ink', name: 'Ink' },
      ],
    } satisfies StageOptions,
  },
} satisfies Meta<typeof Contents>;

export default meta;
type Story = StoryObj<typeof meta>;

const ITEMS = /^GET \/v1\/(assets|models)$/;

export const FirstLoad: Story = {
  parameters: { stage: { hold: ITEMS } },
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('Loading assets…')).toBeVisible();
    await expect(await canvas.findByTestId('counts')).toHaveTextContent('3 assets, 2 models');
  },
};

export const Assets: Story = {
  play: async ({ canvas, loaded }) => {
    await expect((await canvas.findByRole('list', { name: 'Assets' })).children).toHaveLength(3);
    await expect(await canvas.findByTestId('counts')).toHaveTextContent('3 assets, 2 models');
    await expect(logOf(stageOf({ loaded }).emulator)).toHaveLength(2);
  },
};

export const Models: Story = {
  args: { kind: 'models' },
  play: async ({ canvas, loaded, userEvent }) => {
    const { emulator } = stageOf({ loaded });
    const counts = await canvas.findByTestId('counts');
    const list = await canvas.findByRole('list', { name: 'Models' });
    await expect(list.children).toHaveLength(2);
    await userEvent.click(canvas.getByRole('button', { name: 'Remove Pixel' }));
    await expect(list.children).toHaveLength(1);
    await expect(counts).toHaveTextContent('3 assets, 1 model');
    await waitFor(() => expect(emulator.members('golems').modelIds).toEqual(['ink']));
  },
};

export const Empty: Story = {
  parameters: { stage: { collections: [{ id: 'golems', name: 'Frost golems', assetIds: [] }] } },
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('No assets in it.')).toBeVisible();
    await expect(await canvas.findByTestId('counts')).toHaveTextContent('0 assets, 0 models');
  },
};

export const LoadFailed: Story = {
  parameters: {
    stage: {
      faults: [{ kind: 'refuse', status: 500, on: 'GET /assets', times: 1 }],
      client: { maxRetries: 0 },
    } satisfies StageOptions,
  },
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole('alert')).toHaveTextContent('The server cannot be reached.');
    await expect(canvas.queryByRole('list', { name: 'Assets' })).toBeNull();
  },
};

export const LoadFailedAndRetried: Story = {
  ...LoadFailed,
  play: async (context) => {
    const { canvas, userEvent } = context;
    await LoadFailed.play?.(context);
    await userEvent.click(canvas.getByRole('button', { name: 'Retry' }));
    await expect((await canvas.findByRole('list', { name: 'Assets' })).children).toHaveLength(3);
  },
};

export const PageAfterPageToTheEnd: Story = {
  render: () => <AssetsScreen collectionId="golems" pageSize={2} />,
  play: async ({ canvas, loaded, userEvent }) => {
    const list = await canvas.findByRole('list', { name: 'Assets' });
    await expect(list.children).toHaveLength(2);
    await userEvent.click(canvas.getByRole('button', { name: 'Load more' }));
    await waitFor(() => expect(list.children).toHaveLength(3));
    await expect(canvas.queryByRole('button', { name: 'Load more' })).toBeNull();
    await expect(logOf(stageOf({ loaded }).emulator)).toHaveLength(2);
  },
};

export const ARemovedOneIsGoneAtOnce: Story = {
  play: async ({ canvas, loaded, userEvent }) => {
    const { gate, emulator } = stageOf({ loaded });
    const counts = await canvas.findByTestId('counts');
    const list = await canvas.findByRole('list', { name: 'Assets' });
    gate.hold(/^DELETE/);
    await userEvent.click(canvas.getByRole('button', { name: 'Remove Snow' }));
    await expect(list.children).toHaveLength(2);
    await expect(canvas.queryByText('Snow')).toBeNull();
    await expect(counts).toHaveTextContent('2 assets, 2 models');
    await expect(emulator.members('golems').assetIds).toHaveLength(3);
  },
};

export const ARefusedRemoveBringsItBack: Story = {
  parameters: { stage: { faults: [{ kind: 'refuse', status: 403, on: 'DELETE' }] } },
  play: async ({ canvas, loaded, userEvent }) => {
    const { emulator } = stageOf({ loaded });
    const counts = await canvas.findByTestId('counts');
    const list = await canvas.findByRole('list', { name: 'Assets' });
    await userEvent.click(canvas.getByRole('button', { name: 'Remove Snow' }));
    await waitFor(() => expect(writesOf(emulator)).toEqual(['DELETE /collections/golems/assets 403']));
    await waitFor(() => expect(list.children).toHaveLength(3));
    await expect(counts).toHaveTextContent('3 assets, 2 models');
  },
};

export const AnAddedOneThatAListKnowsIsThereAtOnce: Story = {
  args: { addable: ['ember'], beside: 'dragons' },
  play: async ({ canvas, loaded, userEvent }) => {
    const { gate } = stageOf({ loaded });
    const counts = await canvas.findByTestId('counts');
    await waitFor(() => expect(canvas.getAllByRole('list', { name: 'Assets' })).toHaveLength(2));
    gate.hold(/^PUT/);
    await userEvent.click(canvas.getByRole('button', { name: 'Add 1 asset' }));
    const [golems, dragons] = canvas.getAllByRole('list', { name: 'Assets' });
    await expect(golems?.firstElementChild).toHaveTextContent('Ember');
    await expect(golems?.children).toHaveLength(4);
    await expect(dragons?.children).toHaveLength(1);
    await expect(counts).toHaveTextContent('4 assets, 2 models');
  },
};

export const AnAddedOneThatNoListKnowsComesWithOneReadAfterTheWrite: Story = {
  args: { addable: ['ash'] },
  play: async ({ canvas, loaded, userEvent }) => {
    const { emulator } = stageOf({ loaded });
    const counts = await canvas.findByTestId('counts');
    const list = await canvas.findByRole('list', { name: 'Assets' });
    const before = logOf(emulator).length;
    await userEvent.click(canvas.getByRole('button', { name: 'Add 1 asset' }));
    await expect(counts).toHaveTextContent('4 assets, 2 models');
    await waitFor(() => expect(list.children).toHaveLength(4));
    await expect(canvas.getByText('Ash')).toBeVisible();
    await expect(logOf(emulator).slice(before)).toEqual(['PUT /collections/golems/assets 200', 'GET /assets 200']);
  },
};
