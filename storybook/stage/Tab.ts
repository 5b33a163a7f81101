import { QueryClient } from '@tanstack/react-query';
import { Scenario } from 'scenario-react';
import { createOutbox, type Outbox } from 'scenario-react/outbox';
import type { ScenarioEmulator } from 'scenario-react/testing';
import { Gate } from './Gate.ts';
import { BASE_URL, type Stage } from './Stage.ts';
import { setStage } from './setStage.ts';

/** A browser tab with the app in it: a client and a cache of its own, and the outbox that all tabs share. */
export interface Tab {
  readonly gate: Gate;
  readonly client: Scenario;
  readonly queryClient: QueryClient;
  readonly outbox: Outbox;
  /** Ends it, as a browser does: its locks are free, and nothing more of it reaches a tab or the server. */
  readonly close: () => void;
}

/** Storybook's loader that opens two tabs on one server. Nothing is kept of the story before. */
export async function openTabs(story: {
  parameters: Record<string, unknown>;
}): Promise<{ stage: Stage; tabs: [Tab, Tab] }> {
  // Loaders run side by side, so that the one of all stories may not be done; this one's stage stands in place of its.
  const { stage } = setStage(story);
  const first = openTab(stage.emulator);
  await first.outbox.clear();
  return { stage, tabs: [first, openTab(stage.emulator)] };
}

/** The tabs that a story plays in. */
export function tabsOf({ loaded }: { loaded: Record<string, unknown> }): [Tab, Tab] {
  return loaded.tabs as [Tab, Tab];
}

function openTab(emulator: ScenarioEmulator): Tab {
  // What a tab is to the browser: locks and channels end with the frame that they are of.
  const frame = document.createElement('iframe');
  frame.hidden = true;
  document.body.append(frame);
  const gate = new Gate(emulator.fetch);
  return {
    gate,
    client: new Scenario({ baseURL: BASE_URL, fetch: gate.fetch }),
    queryClient: new QueryClient({ defaultOptions: { queries: { refetchOnWindowFocus: false } } }),
    outbox: createOutboxOf(frame.contentWindow as Window & typeof globalThis),
    close: () => {
      gate.hold(/./);
      frame.remove();
    },
  };
}

/** An outbox takes the locks and the channel of the page that it is made in, when it is made. */
function createOutboxOf(page: Window & typeof globalThis): Outbox {
  const Channel = globalThis.BroadcastChannel;
  Object.defineProperty(navigator, 'locks', { value: page.navigator.locks, configurable: true });
  globalThis.BroadcastChannel = page.BroadcastChannel;
  try {
    return createOutbox({ name: 'storybook' });
  } finally {
    Reflect.deleteProperty(navigator, 'locks');
    globalThis.BroadcastChannel = Channel;
  }
}
