import type { Meta, StoryObj } from '@storybook/react-vite';
import { onlineManager } from '@tanstack/react-query';
import { collectionKeys } from 'scenario-react';
import { expect, waitFor } from 'storybook/test';
import { ChangesScreen } from './screens/ChangesScreen.tsx';
import { CollectionScreen } from './screens/CollectionScreen.tsx';
import { CollectionsScreen } from './screens/CollectionsScreen.tsx';
import { MemberButtons } from './screens/MemberButtons.tsx';
import { logOf, writesOf } from './stage/logOf.ts';
import type { StageOptions } from './stage/Stage.ts';
import { stageOf } from './stage/setStage.ts';
import { watchText } from './stage/watchText.ts';

function Studio({ assetIds }: { assetIds: readonly string[] }) {
  return (
    <>
      <CollectionsScreen />
      <CollectionScreen collectionId="golems">
        <MemberButtons collectionId="golems" assetIds={assetIds} />
      </CollectionScreen>
      <ChangesScreen />
    </>
  );
}

/** What a user sees when the session ends, the server is down, the network lies. */
const meta = {
  title: 'Bad days',
  component: Studio,
  args: { assetIds: ['ice', 'snow', 'rime'] },
  parameters: {
    stage: {
      collections: [
        { id: 'golems', name: 'Frost golems', assetIds: ['a1', 'a2', 'a3', 'a4'] },
        { id: 'taverns', name: 'Taverns', assetCount: 5 },
      ],
    } satisfies StageOptions,
  },
} satisfies Meta<typeof Studio>;

export default meta;
type Story = StoryObj<typeof meta>;
type Play = NonNullable<Story['play']>;

const FAST = { client: { maxRetries: 0 } } satisfies StageOptions;

/** The list and the detail are there; the bad day begins now. */
async function ready({
  canvas,
}: Pick<Parameters<Play>[0], 'canvas'>): Promise<{ counts: HTMLElement; list: HTMLElement }> {
  const counts = await canvas.findByTestId('counts');
  return { counts, list: await canvas.findByRole('list', { name: 'Collections' }) };
}

export const TheSessionEndsInTheMiddle: Story = {
  play: async ({ canvas, loaded, userEvent }) => {
    const { session, emulator } = stageOf({ loaded });
    const { counts } = await ready({ canvas });
    const before = logOf(emulator).length;
    session.accepted = 'noon';
    await userEvent.click(canvas.getByRole('button', { name: 'Add 3 assets' }));
    await expect(await canvas.findByText(/Your session has ended. Sign in again./)).toBeVisible();
    await expect(counts).toHaveTextContent('4 assets');
    // One request, one error: nothing asks again with a token that was refused.
    await expect(logOf(emulator).slice(before)).toEqual(['PUT /collections/golems/assets 401']);
  },
};

export const ANewSessionAndRetried: Story = {
  play: async (context) => {
    const { canvas, loaded, userEvent } = context;
    const { session, emulator } = stageOf({ loaded });
    await TheSessionEndsInTheMiddle.play?.(context);
    const { counts } = await ready({ canvas });
    session.token = 'noon';
    await userEvent.click(canvas.getByRole('button', { name: 'Retry: Adding assets' }));
    await canvas.findByText('Everything is saved.');
    await expect(counts).toHaveTextContent('7 assets');
    await expect(writesOf(emulator).slice(1)).toEqual(['PUT /collections/golems/assets 200']);
  },
};

export const ARefetchAfterTheSessionHasEnded: Story = {
  play: async ({ canvas, loaded }) => {
    const { session, emulator, queryClient, client } = stageOf({ loaded });
    const { counts } = await ready({ canvas });
    const before = logOf(emulator).length;
    session.accepted = 'noon';
    await queryClient.invalidateQueries({ queryKey: collectionKeys.details(client.scope) });
    await expect(await canvas.findByRole('alert')).toHaveTextContent('Your session has ended. Sign in again.');
    await expect(counts).toHaveTextContent('4 assets');
    await expect(logOf(emulator).slice(before)).toEqual(['GET /collections/golems 401']);
  },
};

export const ARefetchWithANewSessionAndRetried: Story = {
  play: async (context) => {
    const { canvas, loaded, userEvent } = context;
    await ARefetchAfterTheSessionHasEnded.play?.(context);
    stageOf({ loaded }).session.token = 'noon';
    await userEvent.click(canvas.getByRole('button', { name: 'Retry' }));
    await waitFor(() => expect(canvas.queryByRole('alert')).toBeNull());
  },
};

export const AnAssetOfAnotherTeam: Story = {
  args: { assetIds: ['ice', 'theirs'] },
  parameters: { stage: { assets: ['ice', { id: 'theirs', ownerId: 'team_other' }] } satisfies StageOptions },
  play: async ({ canvas, loaded, userEvent }) => {
    const { emulator } = stageOf({ loaded });
    const { counts } = await ready({ canvas });
    const shown = watchText(counts);
    await userEvent.click(canvas.getByRole('button', { name: 'Add 2 assets' }));
    await expect(await canvas.findByText('You may not do this. (403 theirs belongs to another team)')).toBeVisible();
    await expect(shown()).toEqual(['4 assets, 0 models', '6 assets, 0 models', '4 assets, 0 models']);
    await expect(writesOf(emulator)).toEqual(['PUT /collections/golems/assets 403']);
  },
};

export const DeletedElsewhereSeenByARead: Story = {
  play: async ({ canvas, loaded }) => {
    const { somebodyElse, queryClient, client } = stageOf({ loaded });
    const { list } = await ready({ canvas });
    await somebodyElse.collections.delete('golems');
    await queryClient.invalidateQueries({ queryKey: collectionKeys.details(client.scope) });
    await expect(await canvas.findByRole('alert')).toHaveTextContent('This collection does not exist any more.');
    await waitFor(() => expect(list).toHaveTextContent(/^Taverns5 items$/));
  },
};

export const DeletedElsewhereSeenByAChange: Story = {
  play: async ({ canvas, loaded, userEvent }) => {
    const { somebodyElse, emulator } = stageOf({ loaded });
    const { list } = await ready({ canvas });
    await somebodyElse.collections.delete('golems');
    await userEvent.click(canvas.getByRole('button', { name: 'Add 3 assets' }));
    await canvas.findByText('Adding assets: could not be saved');
    await waitFor(() => expect(list).toHaveTextContent(/^Taverns5 items$/));
    await expect(await canvas.findByRole('alert')).toHaveTextContent('This collection does not exist any more.');
    await expect(writesOf(emulator)).toEqual(['PUT /collections/golems/assets 404']);
  },
};

export const TooMuchForASecond: Story = {
  play: async ({ canvas, canvasElement, loaded, userEvent }) => {
    const { emulator } = stageOf({ loaded });
    const { counts } = await ready({ canvas });
    const shown = watchText(counts);
    const seen = watchText(canvasElement);
    emulator.fault({ kind: 'rateLimit', seconds: 1, times: 1 });
    const asked = performance.now();
    await userEvent.click(canvas.getByRole('button', { name: 'Add 3 assets' }));
    await waitFor(() => expect(writesOf(emulator)).toHaveLength(2));
    await canvas.findByText('Everything is saved.');
    await expect(seen().filter((text) => text.includes('saving…'))).not.toEqual([]);
    // The wait that the server named, and nothing for the user to do.
    await expect(performance.now() - asked).toBeGreaterThan(950);
    await expect(writesOf(emulator)).toEqual([
      'PUT /collections/golems/assets 429',
      'PUT /collections/golems/assets 200',
    ]);
    await expect(shown()).toEqual(['4 assets, 0 models', '7 assets, 0 models']);
  },
};

export const TooMuchForAMinute: Story = {
  play: async ({ canvas, loaded, userEvent }) => {
    const { emulator } = stageOf({ loaded });
    const { counts } = await ready({ canvas });
    emulator.fault({ kind: 'rateLimit', seconds: 60, times: 1 });
    await userEvent.click(canvas.getByRole('button', { name: 'Add 3 assets' }));
    // It waits as it does offline: shown, told with the time at which it goes on, and not sent again before.
    await expect(await canvas.findByText(/Adding assets: goes on at /)).toBeVisible();
    await expect(counts).toHaveTextContent('7 assets');
    await expect(writesOf(emulator)).toEqual(['PUT /collections/golems/assets 429']);
  },
};

export const TheServerIsDownForAMoment: Story = {
  play: async ({ canvas, canvasElement, loaded, userEvent }) => {
    const { emulator } = stageOf({ loaded });
    const { counts } = await ready({ canvas });
    const shown = watchText(counts);
    const seen = watchText(canvasElement);
    emulator.fault({ kind: 'refuse', status: 503, times: 1 });
    await userEvent.click(canvas.getByRole('button', { name: 'Add 3 assets' }));
    await waitFor(() => expect(writesOf(emulator)).toHaveLength(2));
    await canvas.findByText('Everything is saved.');
    await expect(seen().filter((text) => text.includes('saving…'))).not.toEqual([]);
    await expect(emulator.collections[0]?.assetCount).toBe(7);
    await expect(shown()).toEqual(['4 assets, 0 models', '7 assets, 0 models']);
  },
};

export const TheServerIsDownForLonger: Story = {
  parameters: { stage: FAST },
  play: async ({ canvas, loaded, userEvent }) => {
    const { emulator } = stageOf({ loaded });
    const { counts } = await ready({ canvas });
    emulator.fault({ kind: 'refuse', status: 503, body: { message: 'Down for maintenance' } });
    await userEvent.click(canvas.getByRole('button', { name: 'Add 3 assets' }));
    await expect(await canvas.findByText(/The server cannot be reached./)).toBeVisible();
    await expect(counts).toHaveTextContent('4 assets');
  },
};

export const TheServerIsUpAgainAndRetried: Story = {
  parameters: { stage: FAST },
  play: async (context) => {
    const { canvas, loaded, userEvent } = context;
    const { emulator } = stageOf({ loaded });
    await TheServerIsDownForLonger.play?.(context);
    const { counts } = await ready({ canvas });
    // What else went wrong in it is over.
    emulator.reset();
    await userEvent.click(canvas.getByRole('button', { name: 'Retry: Adding assets' }));
    await expect(counts).toHaveTextContent('7 assets');
    await canvas.findByText('Everything is saved.');
    await expect(emulator.collections[0]?.assetCount).toBe(7);
  },
};

export const ALoginPageInPlaceOfTheList: Story = {
  parameters: { stage: { faults: [{ kind: 'garbage', on: 'GET /collections', times: 1 }] } satisfies StageOptions },
  play: async ({ canvas, loaded }) => {
    const { emulator } = stageOf({ loaded });
    await expect(await canvas.findByRole('alert')).toHaveTextContent(
      'Something on the way has answered in place of the server.',
    );
    await expect(canvas.queryByRole('list', { name: 'Collections' })).toBeNull();
    await expect(logOf(emulator).filter((line) => line.startsWith('GET /collections '))).toHaveLength(1);
  },
};

export const ALoginPageInPlaceOfTheListAndRetried: Story = {
  ...ALoginPageInPlaceOfTheList,
  play: async (context) => {
    const { canvas, userEvent } = context;
    await ALoginPageInPlaceOfTheList.play?.(context);
    await userEvent.click(canvas.getByRole('button', { name: 'Retry' }));
    await expect((await canvas.findByRole('list', { name: 'Collections' })).children).toHaveLength(2);
  },
};

export const ALoginPageInPlaceOfAnAnswerToAChange: Story = {
  parameters: { stage: { faults: [{ kind: 'garbage', on: 'PUT', times: 1 }] } satisfies StageOptions },
  play: async ({ canvas, loaded, userEvent }) => {
    const { emulator } = stageOf({ loaded });
    const { counts } = await ready({ canvas });
    const shown = watchText(counts);
    await userEvent.click(canvas.getByRole('button', { name: 'Add 3 assets' }));
    await waitFor(() => expect(emulator.collections[0]?.assetCount).toBe(7));
    await canvas.findByText('Everything is saved.');
    await expect(shown()).toEqual(['4 assets, 0 models', '7 assets, 0 models']);
    await expect(writesOf(emulator)).toHaveLength(1);
  },
};

export const OfflineBetweenTheClickAndTheRequestAndOnlineAgain: Story = {
  parameters: { stage: FAST },
  play: async ({ canvas, loaded, userEvent }) => {
    const { gate, emulator } = stageOf({ loaded });
    const { counts } = await ready({ canvas });
    const shown = watchText(counts);
    const letGo = gate.hold(/^PUT/);
    const reconnect = emulator.fault({ kind: 'offline' });
    await userEvent.click(canvas.getByRole('button', { name: 'Add 3 assets' }));
    await canvas.findByText('Adding assets: saving…');
    onlineManager.setOnline(false);
    letGo();
    await waitFor(() => expect(writesOf(emulator)).toEqual(['PUT /collections/golems/assets 0']));
    await expect(await canvas.findByText('Adding assets: waits for the network')).toBeVisible();
    await expect(counts).toHaveTextContent('7 assets');

    reconnect();
    onlineManager.setOnline(true);
    await canvas.findByText('Everything is saved.');
    await expect(emulator.collections[0]?.assetCount).toBe(7);
    await expect(shown()).toEqual(['4 assets, 0 models', '7 assets, 0 models']);
  },
};
