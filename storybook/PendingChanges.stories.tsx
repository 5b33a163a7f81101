import type { Meta, StoryObj } from '@storybook/react-vite';
import { onlineManager } from '@tanstack/react-query';
import { expect, waitFor } from 'storybook/test';
import { ChangesScreen } from './screens/ChangesScreen.tsx';
import { CollectionScreen } from './screens/CollectionScreen.tsx';
import { MemberButtons } from './screens/MemberButtons.tsx';
import { writesOf } from './stage/logOf.ts';
import type { StageOptions } from './stage/Stage.ts';
import { stageOf } from './stage/setStage.ts';

function Changes() {
  return (
    <>
      <CollectionScreen collectionId="golems">
        <MemberButtons collectionId="golems" assetIds={['ice', 'snow']} modelIds={['pixel']} />
      </CollectionScreen>
      <ChangesScreen collectionId="golems" />
    </>
  );
}

/** `usePendingChanges`: what is not saved yet, and what could not be. */
const meta = {
  title: 'Pending changes',
  component: Changes,
  parameters: {
    stage: {
      collections: [{ id: 'golems', name: 'Frost golems', assetCount: 4, modelCount: 1 }],
    } satisfies StageOptions,
  },
} satisfies Meta<typeof Changes>;

export default meta;
type Story = StoryObj<typeof meta>;

export const NothingPending: Story = {
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('Everything is saved.')).toBeVisible();
  },
};

export const OneSavingAndOneWaitingForItsTurn: Story = {
  play: async ({ canvas, loaded, userEvent }) => {
    const { gate } = stageOf({ loaded });
    const counts = await canvas.findByTestId('counts');
    gate.hold(/^PUT/);
    await userEvent.click(canvas.getByRole('button', { name: 'Add 2 assets' }));
    await userEvent.click(canvas.getByRole('button', { name: 'Add 1 model' }));
    await expect(await canvas.findByText('Adding assets: saving…')).toBeVisible();
    await expect(await canvas.findByText('Adding models: waits for its turn')).toBeVisible();
    await expect(counts).toHaveTextContent('6 assets, 2 models');
    await expect(gate.waiting).toEqual(['PUT /v1/collections/golems/assets']);
  },
};

export const OneThatWaitsIsDiscarded: Story = {
  play: async ({ canvas, loaded, userEvent }) => {
    const { gate, emulator } = stageOf({ loaded });
    const counts = await canvas.findByTestId('counts');
    const letGo = gate.hold(/^PUT/);
    await userEvent.click(canvas.getByRole('button', { name: 'Add 2 assets' }));
    await userEvent.click(canvas.getByRole('button', { name: 'Add 1 model' }));
    // The one that is on the wire cannot be taken back, so that there is one button.
    await userEvent.click(await canvas.findByRole('button', { name: 'Discard: Adding models' }));
    await expect(counts).toHaveTextContent('6 assets, 1 model');
    letGo();
    await canvas.findByText('Everything is saved.');
    await expect(writesOf(emulator)).toEqual(['PUT /collections/golems/assets 200']);
    await expect(counts).toHaveTextContent('6 assets, 1 model');
  },
};

const REFUSED = {
  faults: [{ kind: 'refuse', status: 403, body: { message: 'Read only' }, on: 'PUT', times: 1 }],
} satisfies StageOptions;

export const Failed: Story = {
  parameters: { stage: REFUSED },
  play: async ({ canvas, userEvent }) => {
    const counts = await canvas.findByTestId('counts');
    await userEvent.click(canvas.getByRole('button', { name: 'Add 2 assets' }));
    await expect(await canvas.findByText('Adding assets: could not be saved')).toBeVisible();
    await expect(canvas.getByText(/403 Read only/)).toBeVisible();
    await expect(counts).toHaveTextContent('4 assets, 1 model');
  },
};

export const FailedAndRetried: Story = {
  parameters: { stage: REFUSED },
  play: async ({ canvas, loaded, userEvent }) => {
    const { emulator } = stageOf({ loaded });
    const counts = await canvas.findByTestId('counts');
    await userEvent.click(canvas.getByRole('button', { name: 'Add 2 assets' }));
    await userEvent.click(await canvas.findByRole('button', { name: 'Retry: Adding assets' }));
    await expect(counts).toHaveTextContent('6 assets, 1 model');
    await canvas.findByText('Everything is saved.');
    await expect(emulator.collections[0]?.assetCount).toBe(6);
    await expect(writesOf(emulator)).toHaveLength(2);
  },
};

export const FailedAndDiscarded: Story = {
  parameters: { stage: REFUSED },
  play: async ({ canvas, loaded, userEvent }) => {
    const { emulator } = stageOf({ loaded });
    const counts = await canvas.findByTestId('counts');
    await userEvent.click(canvas.getByRole('button', { name: 'Add 2 assets' }));
    await userEvent.click(await canvas.findByRole('button', { name: 'Discard: Adding assets' }));
    await canvas.findByText('Everything is saved.');
    await expect(counts).toHaveTextContent('4 assets, 1 model');
    await expect(writesOf(emulator)).toHaveLength(1);
  },
};

export const Offline: Story = {
  play: async ({ canvas, loaded, userEvent }) => {
    const { emulator } = stageOf({ loaded });
    const counts = await canvas.findByTestId('counts');
    onlineManager.setOnline(false);
    await userEvent.click(canvas.getByRole('button', { name: 'Add 2 assets' }));
    await expect(await canvas.findByText('Adding assets: waits for the network')).toBeVisible();
    await expect(counts).toHaveTextContent('6 assets, 1 model');
    await expect(writesOf(emulator)).toEqual([]);
  },
};

export const OnlineAgain: Story = {
  play: async ({ canvas, loaded, userEvent }) => {
    const { emulator } = stageOf({ loaded });
    const counts = await canvas.findByTestId('counts');
    onlineManager.setOnline(false);
    await userEvent.click(canvas.getByRole('button', { name: 'Add 2 assets' }));
    await userEvent.click(canvas.getByRole('button', { name: 'Add 1 model' }));
    await waitFor(() => expect(canvas.getAllByText(/waits for the network/)).toHaveLength(2));
    onlineManager.setOnline(true);
    await canvas.findByText('Everything is saved.');
    await expect(writesOf(emulator)).toEqual([
      'PUT /collections/golems/assets 200',
      'PUT /collections/golems/models 200',
    ]);
    await expect(counts).toHaveTextContent('6 assets, 2 models');
  },
};
