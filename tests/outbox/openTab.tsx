import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, renderHook } from '@testing-library/react';
import type { FunctionComponent, PropsWithChildren } from 'react';
import { ScenarioProvider } from '../../src/index.ts';
import { createOutbox, type Outbox, type OutboxOptions } from '../../src/outbox.ts';
import type { ScenarioEmulator } from '../../src/testing.ts';
import { clientOf } from '../support/app.tsx';
import { useScreen } from '../support/useScreen.ts';
import { type FakeBrowser, type FakeTab, outside, type Unopened } from './FakeBrowser.ts';
import { rest } from './rest.ts';

/** A tab of a browser, with the user's app in it. */
export interface OpenTab {
  readonly now: ReturnType<typeof useScreen>;
  readonly outbox: Outbox;
  readonly queryClient: QueryClient;
  /** For hooks beside those of `now`. */
  readonly wrapper: FunctionComponent<PropsWithChildren>;
  /** The list as `Trees 2`, in order. */
  readonly rows: string[];
  /** The pending changes as `addAssets queued`. */
  readonly pending: string[];
  /** Its requests, as `PUT /collections/trees/assets`. */
  readonly sent: string[];
  readonly writes: string[];
  readonly tab: FakeTab;
  /** Its requests go nowhere from now on, without a word. */
  unplug(): void;
  /** Puts it to sleep: what is answered to it waits until it wakes. */
  sleep(how: 'frozen' | 'left'): void;
  wake(): void;
  /** Its user leaves it, or it closes itself: its requests are cut off, which it hears of before it ends. */
  leave(how: 'goes' | 'closes'): Promise<void>;
  /** Ends it at this very instant. */
  kill(): void;
}

interface TabOptions extends OutboxOptions {
  readonly queryClient?: QueryClient;
  readonly scope?: string;
  /** Default: one of its own. False: none. */
  readonly outbox?: Outbox | false;
  readonly fetch?: typeof fetch;
  readonly bearerAuth?: () => string | Promise<string>;
  /** Default: its client asks once. */
  readonly maxRetries?: number;
  /** Why it cannot open its database. */
  readonly unopened?: Unopened;
}

export function openTab(browser: FakeBrowser, emulator: ScenarioEmulator, options: TabOptions = {}): OpenTab {
  const {
    queryClient = new QueryClient(),
    scope,
    fetch = emulator.fetch,
    outbox: given,
    bearerAuth,
    maxRetries,
    unopened,
    ...outboxOptions
  } = options;
  return browser.openTab((tab) => {
    tab.unopened ??= unopened;
    const sent: string[] = [];
    let isUnplugged = false;
    let cutOff: () => void = () => undefined;
    const isCutOff = new Promise<never>((_resolve, reject) => {
      cutOff = () => tab.run(() => reject(new TypeError('Failed to fetch')));
    });
    isCutOff.catch(() => undefined);
    const client = clientOf(emulator, {
      ...(scope && { scope }),
      ...(bearerAuth && { bearerAuth }),
      ...(maxRetries && { maxRetries }),
      fetch: (input, init) => {
        if (isUnplugged || tab.isClosed) return new Promise(() => undefined);
        const request = new Request(input, init);
        sent.push(`${request.method} ${new URL(request.url).pathname.replace('/v1', '')}`);
        const answered = Promise.resolve(outside(() => fetch(input, init))).then(async (answer) => {
          await tab.whenAwake();
          return isUnplugged || tab.isClosed ? new Promise<Response>(() => undefined) : answer;
        });
        return Promise.race([answered, isCutOff]);
      },
    });
    const outbox = (given ?? createOutbox(outboxOptions)) || undefined;
    const wrapper = ({ children }: PropsWithChildren) => (
      <QueryClientProvider client={queryClient}>
        <ScenarioProvider client={client} outbox={outbox}>
          {children}
        </ScenarioProvider>
      </QueryClientProvider>
    );
    const { result, unmount } = renderHook(useScreen, { wrapper });
    const kill = () => {
      tab.kill();
      act(() => unmount());
    };
    return {
      tab,
      outbox: outbox as Outbox,
      queryClient,
      wrapper,
      sent,
      get now() {
        return result.current;
      },
      get rows() {
        return (result.current.list ?? []).map(({ name, assetCount }) => `${name} ${assetCount}`);
      },
      get pending() {
        return result.current.pending.map(({ kind, status }) => `${kind} ${status}`);
      },
      get writes() {
        return sent.filter((line) => !line.startsWith('GET') && !line.includes('get-bulk'));
      },
      unplug: () => {
        isUnplugged = true;
      },
      sleep: (how) => tab.sleep(how),
      wake: () => act(() => tab.wake()),
      leave: async (how) => {
        tab.leave(how);
        cutOff();
        // As long as it takes a browser to end it.
        await rest();
        kill();
      },
      kill,
    };
  });
}
