import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, waitFor } from 'storybook/test';
import { ChangesScreen } from './screens/ChangesScreen.tsx';
import { CollectionScreen } from './screens/CollectionScreen.tsx';
import { CollectionsScreen } from './screens/CollectionsScreen.tsx';
import { MemberButtons } from './screens/MemberButtons.tsx';
import { logOf, writesOf } from './stage/logOf.ts';
import type { StageOptions } from './stage/Stage.ts';
import { stageOf } from './stage/setStage.ts';
import { watchText } from './stage/watchText.ts';

interface Props {
  assetIds?: readonly string[];
  modelIds?: readonly string[];
  optimistic?: boolean;
}

function Members({ assetIds = [], modelIds = [], optimistic = true }: Props) {
  return (
    <>
      <CollectionsScreen />
      <CollectionScreen collectionId="golems">
        <MemberButtons collectionId="golems" assetIds={assetIds} modelIds={modelIds} optimistic={optimistic} />
      </CollectionScreen>
      <ChangesScreen />
    </>
  );
}

/** `useAddAssets`, `useRemoveAssets`, `useAddModels`, `useRemoveModels`: every count moves at once and stays right. */
const meta = {
  title: 'Add and remove',
  component: Members,
  args: { assetIds: ['ice', 'snow', 'rime'] },
  parameters: {
    stage: {
      collections: [{ id: 'golems', name: 'Frost golems', assetIds: ['a1', 'a2', 'a3', 'a4'], modelIds: ['m1'] }],
    } satisfies StageOptions,
  },
} satisfies Meta<typeof Members>;

export default meta;
type Story = StoryObj<typeof meta>;
type Play = NonNullable<Story['play']>;

const WRITE = /^(PUT|DELETE)/;

/** The list and the detail are there; what follows concerns changes alone. */
async function ready({
  canvas,
}: Pick<Parameters<Play>[0], 'canvas'>): Promise<{ counts: HTMLElement; row: HTMLElement }> {
  const counts = await canvas.findByTestId('counts');
  const list = await canvas.findByRole('list', { name: 'Collections' });
  return { counts, row: list.firstElementChild as HTMLElement };
}

export const AddPending: Story = {
  play: async ({ canvas, loaded, userEvent }) => {
    const { gate, emulator } = stageOf({ loaded });
    const { counts, row } = await ready({ canvas });
    gate.hold(WRITE);
    await userEvent.click(canvas.getByRole('button', { name: 'Add 3 assets' }));
    await expect(counts).toHaveTextContent('7 assets, 1 model');
    await expect(row).toHaveTextContent('8 items');
    await expect(await canvas.findByText('Adding assets: saving…')).toBeVisible();
    await expect(emulator.collections[0]?.assetCount).toBe(4);
  },
};

export const AddSaved: Story = {
  play: async ({ canvas, loaded, userEvent }) => {
    const { emulator } = stageOf({ loaded });
    const { counts } = await ready({ canvas });
    const before = logOf(emulator).length;
    const shown = watchText(counts);
    await userEvent.click(canvas.getByRole('button', { name: 'Add 3 assets' }));
    await waitFor(() => expect(emulator.collections[0]?.assetCount).toBe(7));
    await canvas.findByText('Everything is saved.');
    await expect(shown()).toEqual(['4 assets, 1 model', '7 assets, 1 model']);
    await expect(logOf(emulator).slice(before)).toEqual(['PUT /collections/golems/assets 200']);
  },
};

export const ShownWhenTheServerHasAnswered: Story = {
  args: { optimistic: false },
  play: async ({ canvas, loaded, userEvent }) => {
    const { gate } = stageOf({ loaded });
    const { counts } = await ready({ canvas });
    const shown = watchText(counts);
    const letGo = gate.hold(WRITE);
    await userEvent.click(canvas.getByRole('button', { name: 'Add 3 assets' }));
    await waitFor(() => expect(gate.waiting).toHaveLength(1));
    await expect(counts).toHaveTextContent('4 assets');
    letGo();
    await canvas.findByText('Everything is saved.');
    await expect(shown()).toEqual(['4 assets, 1 model', '7 assets, 1 model']);
  },
};

export const RemoveSaved: Story = {
  args: { assetIds: ['a1', 'a2'] },
  play: async ({ canvas, loaded, userEvent }) => {
    const { emulator } = stageOf({ loaded });
    const { counts, row } = await ready({ canvas });
    const shown = watchText(counts);
    await userEvent.click(canvas.getByRole('button', { name: 'Remove 2 assets' }));
    await waitFor(() => expect(emulator.members('golems').assetIds).toEqual(['a3', 'a4']));
    await canvas.findByText('Everything is saved.');
    await expect(shown()).toEqual(['4 assets, 1 model', '2 assets, 1 model']);
    await expect(row).toHaveTextContent('3 items');
  },
};

export const ModelsAddedAndRemoved: Story = {
  args: { assetIds: [], modelIds: ['m2', 'm3'] },
  play: async ({ canvas, loaded, userEvent }) => {
    const { emulator } = stageOf({ loaded });
    const { counts, row } = await ready({ canvas });
    const shown = watchText(counts);
    await userEvent.click(canvas.getByRole('button', { name: 'Add 2 models' }));
    await expect(row).toHaveTextContent('7 items');
    await waitFor(() => expect(emulator.members('golems').modelIds).toHaveLength(3));
    await canvas.findByText('Everything is saved.');
    await userEvent.click(canvas.getByRole('button', { name: 'Remove 2 models' }));
    await waitFor(() => expect(emulator.members('golems').modelIds).toEqual(['m1']));
    await canvas.findByText('Everything is saved.');
    await expect(shown()).toEqual(['4 assets, 1 model', '4 assets, 3 models', '4 assets, 1 model']);
  },
};

export const Refused: Story = {
  parameters: {
    stage: {
      faults: [{ kind: 'refuse', status: 403, body: { message: 'Read only' }, on: 'PUT' }],
    } satisfies StageOptions,
  },
  play: async ({ canvas, userEvent }) => {
    const { counts } = await ready({ canvas });
    const shown = watchText(counts);
    await userEvent.click(canvas.getByRole('button', { name: 'Add 3 assets' }));
    await expect(await canvas.findByText(/403 Read only/)).toBeVisible();
    await expect(shown()).toEqual(['4 assets, 1 model', '7 assets, 1 model', '4 assets, 1 model']);
  },
};

export const AnswerLost: Story = {
  parameters: {
    stage: {
      faults: [{ kind: 'loseAnswer', on: 'PUT', times: 1 }],
      client: { maxRetries: 0 },
    } satisfies StageOptions,
  },
  play: async ({ canvas, loaded, userEvent }) => {
    const { emulator } = stageOf({ loaded });
    const { counts } = await ready({ canvas });
    const shown = watchText(counts);
    await userEvent.click(canvas.getByRole('button', { name: 'Add 3 assets' }));
    await waitFor(() => expect(emulator.collections[0]?.assetCount).toBe(7));
    await canvas.findByText('Everything is saved.');
    // The server had done it; the truth was read back, nothing was sent twice, and the number never moved.
    await expect(writesOf(emulator)).toEqual(['PUT /collections/golems/assets 0']);
    await expect(shown()).toEqual(['4 assets, 1 model', '7 assets, 1 model']);
  },
};

export const WhatIsInAlreadyIsNoError: Story = {
  args: { assetIds: ['a1', 'ice'] },
  play: async ({ canvas, loaded, userEvent }) => {
    const { emulator } = stageOf({ loaded });
    const { counts, row } = await ready({ canvas });
    await userEvent.click(canvas.getByRole('button', { name: 'Add 2 assets' }));
    await waitFor(() => expect(emulator.collections[0]?.assetCount).toBe(5));
    await canvas.findByText('Everything is saved.');
    await expect(counts).toHaveTextContent('5 assets, 1 model');
    await expect(row).toHaveTextContent('6 items');
  },
};

const MANY = Array.from({ length: 120 }, (_, index) => `sprite-${index}`);

export const LargeAddInProgress: Story = {
  args: { assetIds: MANY },
  play: async ({ canvas, loaded, userEvent }) => {
    const { gate, emulator } = stageOf({ loaded });
    const { counts } = await ready({ canvas });
    // The first request passes, the second is held.
    gate.hold({ test: () => emulator.requests.some(({ method }) => method === 'PUT') });
    await userEvent.click(canvas.getByRole('button', { name: 'Add 120 assets' }));
    await expect(counts).toHaveTextContent('124 assets');
    await expect(await canvas.findByText('49 of 120')).toBeVisible();
    await expect(canvas.getByRole('progressbar')).toHaveAttribute('value', '49');
    await waitFor(() => expect(emulator.collections[0]?.assetCount).toBe(53));
  },
};

export const LargeAddSaved: Story = {
  args: { assetIds: MANY },
  play: async ({ canvas, loaded, userEvent }) => {
    const { emulator } = stageOf({ loaded });
    const { counts } = await ready({ canvas });
    const shown = watchText(counts);
    await userEvent.click(canvas.getByRole('button', { name: 'Add 120 assets' }));
    await waitFor(() => expect(emulator.collections[0]?.assetCount).toBe(124));
    await canvas.findByText('Everything is saved.');
    await expect(shown()).toEqual(['4 assets, 1 model', '124 assets, 1 model']);
    await expect(writesOf(emulator)).toHaveLength(3);
  },
};

export const LargeAddPartlyRefused: Story = {
  args: { assetIds: MANY },
  parameters: {
    stage: {
      faults: [
        {
          kind: 'refuse',
          status: 403,
          body: { message: 'Not all of these are yours' },
          on: ({ method, body }) => method === 'PUT' && JSON.stringify(body).includes('"sprite-60"'),
        },
      ],
    } satisfies StageOptions,
  },
  play: async ({ canvas, loaded, userEvent }) => {
    const { emulator } = stageOf({ loaded });
    const { counts } = await ready({ canvas });
    await userEvent.click(canvas.getByRole('button', { name: 'Add 120 assets' }));
    await canvas.findByText('Adding assets: could not be saved');
    await expect(emulator.collections[0]?.assetCount).toBe(75);
    await expect(counts).toHaveTextContent('75 assets, 1 model');
  },
};

export const AddedAndRemovedTenTimesInARow: Story = {
  args: { assetIds: ['ice'] },
  play: async ({ canvas, loaded, userEvent }) => {
    const { emulator } = stageOf({ loaded });
    const { counts } = await ready({ canvas });
    const shown = watchText(counts);
    for (let time = 0; time < 5; time++) {
      await userEvent.click(canvas.getByRole('button', { name: 'Add 1 asset' }));
      await expect(counts).toHaveTextContent('5 assets');
      await userEvent.click(canvas.getByRole('button', { name: 'Remove 1 asset' }));
      await expect(counts).toHaveTextContent('4 assets');
    }
    await canvas.findByText('Everything is saved.');
    await expect(emulator.collections[0]?.assetCount).toBe(4);
    await expect(new Set(shown())).toEqual(new Set(['4 assets, 1 model', '5 assets, 1 model']));
  },
};
