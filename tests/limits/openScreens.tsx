import { Profiler, type ReactNode, useLayoutEffect, useState, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import type { Collection } from '../../src/client.ts';
import { pass, settle } from '../support/virtualTime.ts';
import type { App } from './Subject.ts';

/** What is on the screen. */
export interface Shown {
  readonly list: boolean;
  readonly detail?: string;
  readonly contents?: string;
}

/** What a person sees, and can do. */
export interface Screens {
  readonly rows: readonly Collection[];
  readonly detail: Collection | undefined;
  readonly contents: readonly { id: string }[] | undefined;
  /** How often a screen was rendered. */
  readonly renders: number;
  show(shown: Shown): Promise<void>;
  more(): void;
  add(collectionId: string, assetIds: string[]): Promise<unknown>;
  close(): Promise<void>;
}

/** Has the page hidden, or seen again. Libraries listen to one of two events. */
export function setVisible(isVisible: boolean): void {
  Object.defineProperty(document, 'visibilityState', {
    configurable: true,
    get: () => (isVisible ? 'visible' : 'hidden'),
  });
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  window.dispatchEvent(new Event(isVisible ? 'focus' : 'blur'));
}

/** Somebody looks at something else for so long. */
export async function goAway(milliseconds: number): Promise<void> {
  setVisible(false);
  await pass(milliseconds);
  setVisible(true);
}

/** What the components are told, and what they tell. */
interface Stage {
  readonly app: App;
  shown: Shown;
  tell: () => void;
  list: ReturnType<App['useList']>;
  detail: Collection | undefined;
  contents: readonly { id: string }[] | undefined;
  add: Screens['add'];
}

interface Part {
  readonly stage: Stage;
}

function List({ stage }: Part): ReactNode {
  const list = stage.app.useList();
  useLayoutEffect(() => void Object.assign(stage, { list }));
  return null;
}

function Detail({ stage, id }: Part & { id: string }): ReactNode {
  const detail = stage.app.useDetail(id);
  useLayoutEffect(() => void Object.assign(stage, { detail }));
  return null;
}

function Contents({ stage, id }: Part & { id: string }): ReactNode {
  const contents = stage.app.useContents(id);
  useLayoutEffect(() => void Object.assign(stage, { contents }));
  return null;
}

function Screen({ stage }: Part): ReactNode {
  const add = stage.app.useAdd();
  useLayoutEffect(() => void Object.assign(stage, { add }));
  const [subscribe] = useState(() => (listener: () => void) => {
    stage.tell = listener;
    return () => undefined;
  });
  const { list, detail, contents } = useSyncExternalStore(subscribe, () => stage.shown);
  return (
    <>
      {list && <List stage={stage} />}
      {detail && <Detail key={`detail ${detail}`} stage={stage} id={detail} />}
      {contents && <Contents key={`contents ${contents}`} stage={stage} id={contents} />}
    </>
  );
}

/** An app's screens, of which now one is open and now another, without `act`: as in a browser. */
export async function openScreens(app: App, shown: Shown = { list: true }): Promise<Screens> {
  const stage: Stage = {
    app,
    shown,
    tell: () => undefined,
    list: { rows: [], more: () => undefined },
    detail: undefined,
    contents: undefined,
    add: () => Promise.reject(new Error('Nothing has been rendered')),
  };
  let renders = 0;
  const root = createRoot(document.createElement('div'));
  root.render(
    app.provide(
      <Profiler id="screen" onRender={() => void renders++}>
        <Screen stage={stage} />
      </Profiler>,
    ),
  );
  await settle();
  return {
    get rows() {
      return stage.list.rows;
    },
    get detail() {
      return stage.detail;
    },
    get contents() {
      return stage.contents;
    },
    get renders() {
      return renders;
    },
    show: async (next) => {
      stage.shown = next;
      stage.tell();
      await settle();
    },
    more: () => stage.list.more(),
    add: (collectionId, assetIds) => stage.add(collectionId, assetIds),
    close: async () => {
      root.unmount();
      await settle();
      app.close?.();
    },
  };
}
