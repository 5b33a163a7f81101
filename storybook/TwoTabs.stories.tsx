import type { Meta, StoryObj } from '@storybook/react-vite';
import { onlineManager } from '@tanstack/react-query';
import { expect, waitFor, within } from 'storybook/test';
import { TabScreen } from './screens/TabScreen.tsx';
import { logOf, writesOf } from './stage/logOf.ts';
import type { StageOptions } from './stage/Stage.ts';
import { stageOf } from './stage/setStage.ts';
import { openTabs, type Tab, tabsOf } from './stage/Tab.ts';
import { watchText } from './stage/watchText.ts';

function TwoTabs({ tabs }: { tabs: readonly [Tab, Tab] }) {
  return (
    <div className="side-by-side">
      <TabScreen name="First tab" tab={tabs[0]} />
      <TabScreen name="Second tab" tab={tabs[1]} />
    </div>
  );
}

/** One person, two tabs, one outbox: what is asked for in one shows in the other, and can be acted on there. */
const meta = {
  title: 'Two tabs',
  render: (_, context) => <TwoTabs tabs={tabsOf(context)} />,
  loaders: [openTabs],
  beforeEach: (context) => () => {
    for (const tab of tabsOf(context)) tab.close();
  },
  parameters: {
    stage: {
      collections: [{ id: 'golems', name: 'Frost golems', assetCount: 4, modelCount: 1 }],
    } satisfies StageOptions,
  },
} satisfies Meta;

export default meta;
type Story = StoryObj<typeof meta>;
type Play = NonNullable<Story['play']>;
type Canvas = Parameters<Play>[0]['canvas'];

/** The two tabs on the screen, once both have read what they show. */
async function tabsIn(canvas: Canvas) {
  const [first, second] = ['First tab', 'Second tab'].map((name) => {
    const tab = within(canvas.getByRole('region', { name }));
    return { ...tab, press: (button: string) => tab.findByRole('button', { name: button }) };
  });
  if (!first || !second) throw new Error('There are two tabs');
  for (const tab of [first, second]) await tab.findByText('4 assets, 1 model');
  return { first, second };
}

export const AChangeInOneShowsInTheOther: Story = {
  play: async ({ canvas, loaded, userEvent }) => {
    const { emulator } = stageOf({ loaded });
    const [{ gate }] = tabsOf({ loaded });
    const { first, second } = await tabsIn(canvas);
    const letGo = gate.hold(/^PUT/);
    const shown = watchText(second.getByTestId('counts'));
    await userEvent.click(await first.press('Add 2 assets'));
    await second.findByText('Adding assets: saving…');
    await expect(second.getByTestId('counts')).toHaveTextContent('6 assets, 1 model');
    letGo();
    for (const tab of [first, second]) await tab.findByText('Everything is saved.');
    await expect(shown()).toEqual(['4 assets, 1 model', '6 assets, 1 model']);
    // The answer goes to both: neither reads for it.
    await expect(logOf(emulator)).toEqual([
      'GET /collections/golems 200',
      'GET /collections/golems 200',
      'PUT /collections/golems/assets 200',
    ]);
  },
};

const REFUSED = {
  faults: [{ kind: 'refuse', status: 403, body: { message: 'Read only' }, on: 'PUT', times: 1 }],
} satisfies StageOptions;

export const WhatFailedInOneIsRetriedInTheOther: Story = {
  parameters: { stage: REFUSED },
  play: async ({ canvas, loaded, userEvent }) => {
    const { emulator } = stageOf({ loaded });
    const { first, second } = await tabsIn(canvas);
    await userEvent.click(await first.press('Add 2 assets'));
    await userEvent.click(await second.press('Retry: Adding assets'));
    await waitFor(() => expect(emulator.collections[0]?.assetCount).toBe(6));
    for (const tab of [first, second]) {
      await tab.findByText('Everything is saved.');
      await expect(tab.getByTestId('counts')).toHaveTextContent('6 assets, 1 model');
    }
    await expect(writesOf(emulator)).toHaveLength(2);
  },
};

export const WhatWaitsInOneIsDiscardedInTheOther: Story = {
  play: async ({ canvas, loaded, userEvent }) => {
    const { emulator } = stageOf({ loaded });
    const { first, second } = await tabsIn(canvas);
    onlineManager.setOnline(false);
    await userEvent.click(await first.press('Add 2 assets'));
    await userEvent.click(await second.press('Discard: Adding assets'));
    for (const tab of [first, second]) {
      await tab.findByText('Everything is saved.');
      await expect(tab.getByTestId('counts')).toHaveTextContent('4 assets, 1 model');
    }
    onlineManager.setOnline(true);
    await expect(writesOf(emulator)).toEqual([]);
  },
};

/** Two changes wait in the first tab, which is closed. Gives the second. */
async function closeFirst({ canvas, userEvent }: Parameters<Play>[0]) {
  const { first, second } = await tabsIn(canvas);
  onlineManager.setOnline(false);
  await userEvent.click(await first.press('Add 2 assets'));
  await userEvent.click(await first.press('Add 1 model'));
  await waitFor(() => expect(second.getAllByText(/waits for the network/)).toHaveLength(2));
  await userEvent.click(await first.press('Close this tab'));
  await first.findByText('This tab is closed.');
  return second;
}

export const OneIsClosedWhileItsChangesWait: Story = {
  play: async (context) => {
    const second = await closeFirst(context);
    await expect(second.getAllByText(/waits for the network/)).toHaveLength(2);
    await expect(second.getByTestId('counts')).toHaveTextContent('6 assets, 2 models');
    await expect(writesOf(stageOf(context).emulator)).toEqual([]);
  },
};

export const OneIsClosedAndTheOtherIsOnlineAgain: Story = {
  play: async (context) => {
    const second = await closeFirst(context);
    onlineManager.setOnline(true);
    await second.findByText('Everything is saved.');
    await expect(second.getByTestId('counts')).toHaveTextContent('6 assets, 2 models');
    await expect(writesOf(stageOf(context).emulator).toSorted()).toEqual([
      'PUT /collections/golems/assets 200',
      'PUT /collections/golems/models 200',
    ]);
  },
};
