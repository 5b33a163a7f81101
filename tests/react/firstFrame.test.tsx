import { fireEvent, render, screen } from '@testing-library/react';
import { memo, Profiler, startTransition, useState } from 'react';
import { expect, test } from 'vitest';
import { useAddAssets, useCollection, useCollections, useRemoveAssets } from '../../src/index.ts';
import { type App, inVirtualTime, openApp, soon } from '../support/app.tsx';

inVirtualTime();

function Row() {
  const row = useCollections().data?.find(({ id }) => id === 'trees');
  return <p data-testid="row">{row ? `${row.assetCount}/${row.itemCount}` : ''}</p>;
}

function Detail() {
  const { data } = useCollection('trees');
  return <p data-testid="detail">{data ? `${data.assetCount}/${data.itemCount}` : ''}</p>;
}

function Buttons() {
  const [clicks, setClicks] = useState(0);
  const add = useAddAssets();
  const remove = useRemoveAssets();
  return (
    <>
      <button
        type="button"
        onClick={() => {
          setClicks((n) => n + 1);
          add.mutate({ collectionId: 'trees', assetIds: ['yew'] });
        }}
      >
        add
      </button>
      <button
        type="button"
        onClick={() => {
          for (let i = 0; i < 200; i++) add.mutate({ collectionId: 'trees', assetIds: [`leaf-${i}`] });
        }}
      >
        add 200
      </button>
      <button
        type="button"
        onClick={() => startTransition(() => remove.mutate({ collectionId: 'trees', assetIds: ['oak'] }))}
      >
        remove
      </button>
      <p data-testid="clicks">{clicks}</p>
    </>
  );
}

const text = (name: string) => screen.getByTestId(name).textContent;

/** The screen, and what it showed at every commit from now on. */
async function open(app: App) {
  const frames: string[] = [];
  render(
    <Profiler id="screen" onRender={() => note(frames)}>
      <Row />
      <Detail />
      <Buttons />
    </Profiler>,
    { wrapper: app.wrapper },
  );
  await soon(300);
  frames.length = 0;
  return frames;
}

/** Profilers are called within the commit, when the document is as it will be painted. */
const note = (frames: string[]) => frames.push(`row ${text('row')} detail ${text('detail')}`);

const studio = () => openApp({ latency: 100, collections: [{ id: 'trees', assetIds: ['oak', 'elm'] }] });

test('the first frame after a click shows the new number, everywhere, and no frame shows another', async () => {
  const app = studio();
  const frames = await open(app);
  fireEvent.click(screen.getByText('add'));
  expect(text('clicks')).toBe('1');
  await soon(300);
  expect(frames.length).toBeGreaterThan(0);
  expect(new Set(frames)).toEqual(new Set(['row 3/3 detail 3/3']));
});

test('two hundred changes of one click are one frame', async () => {
  const app = studio();
  const frames = await open(app);
  fireEvent.click(screen.getByText('add 200'));
  expect(frames).toEqual(['row 202/202 detail 202/202']);
  await soon(2_000);
  expect(new Set(frames)).toEqual(new Set(['row 202/202 detail 202/202']));
  expect(app.emulator.requests.filter(({ method }) => method === 'PUT')).toHaveLength(5);
});

test('a change that is asked for in a transition shows at once, in list and detail together', async () => {
  const app = studio();
  const frames = await open(app);
  fireEvent.click(screen.getByText('remove'));
  expect([text('row'), text('detail')]).toEqual(['1/1', '1/1']);
  await soon(300);
  expect(new Set(frames)).toEqual(new Set(['row 1/1 detail 1/1']));
});

test('a refused change goes from list and detail in one frame', async () => {
  const app = studio();
  const frames = await open(app);
  app.emulator.fault({ kind: 'refuse', status: 403 });
  fireEvent.click(screen.getByText('add'));
  await soon(300);
  expect(frames.filter((frame, i) => frame !== frames[i - 1])).toEqual(['row 3/3 detail 3/3', 'row 2/2 detail 2/2']);
});

test('a refetch that lands while a change is pending never shows the number without it', async () => {
  const app = studio();
  const frames = await open(app);
  void app.queryClient.refetchQueries();
  await soon(30);
  fireEvent.click(screen.getByText('add'));
  await soon(40);
  void app.queryClient.refetchQueries();
  await soon(500);
  expect(new Set(frames.slice(1))).toEqual(new Set(['row 3/3 detail 3/3']));
});

test('a component that mounts while a change is pending shows it in its own first frame', async () => {
  const app = studio();
  await open(app);
  fireEvent.click(screen.getByText('add'));
  const later = app.hook(() => useCollection('trees').data?.assetCount);
  expect(later.now).toBe(3);
});

const Opened = memo(({ id }: { id: string | undefined }) => {
  const { data } = useCollection(id);
  return <p data-testid="detail">{data ? `${data.assetCount}/${data.itemCount}` : ''}</p>;
});

function Chosen() {
  const [id, setId] = useState<string>();
  return (
    <>
      <button type="button" onClick={() => setId('trees')}>
        open
      </button>
      <Opened id={id} />
    </>
  );
}

test('what was opened as a list has it shows a change with the list, however soon it is asked for', async () => {
  const app = studio();
  const frames: string[] = [];
  render(
    <Profiler id="screen" onRender={() => note(frames)}>
      <Row />
      <Chosen />
      <Buttons />
    </Profiler>,
    { wrapper: app.wrapper },
  );
  await soon(300);
  fireEvent.click(screen.getByText('open'));
  frames.length = 0;
  fireEvent.click(screen.getByText('add'));
  await soon(300);
  expect(new Set(frames)).toEqual(new Set(['row 3/3 detail 3/3']));
});
