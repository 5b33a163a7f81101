import type { Meta, StoryObj } from '@storybook/react-vite';
import { http } from 'msw';
import { setupWorker } from 'msw/browser';
import { mswLoader } from 'msw-storybook-addon/csf3';
import { expect, waitFor } from 'storybook/test';
import { ChangesScreen } from './screens/ChangesScreen.tsx';
import { CollectionScreen } from './screens/CollectionScreen.tsx';
import { MemberButtons } from './screens/MemberButtons.tsx';
import { writesOf } from './stage/logOf.ts';
import type { StageOptions } from './stage/Stage.ts';
import { stageOf } from './stage/setStage.ts';

/** Where an app of your own has its proxy. */
const PROXY = '/api/scenario';

/** A worker of its own: the one that the addon would make still goes by the options of MSW 2. */
const startWorker = async () => {
  const worker = setupWorker();
  await worker.start({ quiet: true, onUnhandledFrame: 'bypass' });
  return worker;
};

function Golems() {
  return (
    <>
      <CollectionScreen collectionId="golems">
        <MemberButtons collectionId="golems" assetIds={['ice', 'snow']} />
      </CollectionScreen>
      <ChangesScreen />
    </>
  );
}

/** The same emulator behind Mock Service Worker: for stories of an app whose client is not theirs to make. */
const meta = {
  title: 'With MSW',
  component: Golems,
  loaders: [mswLoader(startWorker)],
  beforeEach: ({ msw, loaded }) => {
    msw?.use(...stageOf({ loaded }).emulator.handlers(http, location.origin + PROXY));
  },
  parameters: {
    stage: {
      collections: [{ id: 'golems', name: 'Frost golems', assetCount: 4 }],
      client: { baseURL: PROXY, fetch: (input, init) => fetch(input, init) },
    } satisfies StageOptions,
  },
} satisfies Meta;

export default meta;
type Story = StoryObj<typeof meta>;

export const Loaded: Story = {
  play: async ({ canvas }) => {
    await expect(await canvas.findByTestId('counts')).toHaveTextContent('4 assets, 0 models');
  },
};

export const AddSaved: Story = {
  play: async ({ canvas, loaded, userEvent }) => {
    const { emulator } = stageOf({ loaded });
    const counts = await canvas.findByTestId('counts');
    await userEvent.click(canvas.getByRole('button', { name: 'Add 2 assets' }));
    await expect(counts).toHaveTextContent('6 assets, 0 models');
    await waitFor(() => expect(emulator.collections[0]?.assetCount).toBe(6));
    await canvas.findByText('Everything is saved.');
    await expect(writesOf(emulator)).toEqual(['PUT /collections/golems/assets 200']);
  },
};

export const AnswerLost: Story = {
  parameters: { stage: { faults: [{ kind: 'loseAnswer', on: 'PUT', times: 1 }] } satisfies StageOptions },
  play: async ({ canvas, loaded, userEvent }) => {
    const { emulator } = stageOf({ loaded });
    const counts = await canvas.findByTestId('counts');
    await userEvent.click(canvas.getByRole('button', { name: 'Add 2 assets' }));
    await expect(counts).toHaveTextContent('6 assets, 0 models');
    await waitFor(() => expect(emulator.collections[0]?.assetCount).toBe(6));
    await canvas.findByText('Everything is saved.');
    await expect(writesOf(emulator)).toEqual(['PUT /collections/golems/assets 0']);
    await expect(counts).toHaveTextContent('6 assets, 0 models');
  },
};
