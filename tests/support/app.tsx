import { onlineManager, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, renderHook } from '@testing-library/react';
import type { ReactElement, ReactNode } from 'react';
import { afterEach, beforeEach } from 'vitest';
import { Scenario, ScenarioProvider } from '../../src/index.ts';
import { createScenarioEmulator, type ScenarioEmulator, type ScenarioEmulatorOptions } from '../../src/testing.ts';
import { pass, startVirtualTime, stopVirtualTime } from './virtualTime.ts';
import { type ErrorWatch, watchErrors } from './watchErrors.ts';

type ClientOptions = ConstructorParameters<typeof Scenario>[0];

/** A user's app: a server, a client of it, a cache, and the providers around what is rendered. */
export interface App {
  readonly emulator: ScenarioEmulator;
  readonly client: Scenario;
  readonly queryClient: QueryClient;
  readonly wrapper: (props: { children?: ReactNode }) => ReactElement;
  /** Renders a hook inside the providers. */
  hook<T>(use: () => T): { readonly now: T; again(): void; unmount(): void };
  /** The requests since the last look, as `PUT /collections/a/assets`. */
  sent(): string[];
}

/** A client of an emulator. It asks once: what is tried again is tried by the layers above. */
export function clientOf(emulator: ScenarioEmulator, options: ClientOptions = {}): Scenario {
  return new Scenario({ baseURL: 'https://api.test/v1', maxRetries: 0, fetch: emulator.fetch, ...options });
}

/** Opens an app on a server of its own, or on one that is there. */
export function openApp(
  server: ScenarioEmulatorOptions | ScenarioEmulator = {},
  { queryClient = new QueryClient(), ...options }: ClientOptions & { queryClient?: QueryClient } = {},
): App {
  const emulator = 'fetch' in server ? server : createScenarioEmulator(server);
  const client = clientOf(emulator, options);
  const wrapper = ({ children }: { children?: ReactNode }) => (
    <QueryClientProvider client={queryClient}>
      <ScenarioProvider client={client}>{children}</ScenarioProvider>
    </QueryClientProvider>
  );
  let seen = 0;
  return {
    emulator,
    client,
    queryClient,
    wrapper,
    hook: (use) => {
      const { result, rerender, unmount } = renderHook(use, { wrapper });
      return {
        get now() {
          return result.current;
        },
        again: () => rerender(),
        unmount,
      };
    },
    sent: () => {
      const requests = emulator.requests.slice(seen);
      seen = emulator.requests.length;
      return requests.map(({ method, path }) => `${method} ${path}`);
    },
  };
}

/**
 * Every test of the file in virtual time, which TanStack Query's timers stand in as well: what is on the screen when an `act` ends was not brought by them.
 *
 * A rejection that nobody handles and a warning of React's fail the test.
 */
export function inVirtualTime(): void {
  let watch: ErrorWatch;
  beforeEach(() => {
    startVirtualTime();
    watch = watchErrors();
  });
  afterEach(async () => {
    cleanup();
    onlineManager.setOnline(true);
    await pass(1);
    stopVirtualTime();
    watch.end();
  });
}

/** Lets the server answer and React paint, as it would in a browser: not in an `act`, which would keep every frame but the last from being seen. */
export const soon = (milliseconds: number = 10): Promise<void> => pass(milliseconds);

/** What a promise has come to: its value or its error, once it has settled. */
export function watch<T>(promise: Promise<T>): { value?: T; error?: unknown; settled: number } {
  const outcome: { value?: T; error?: unknown; settled: number } = { settled: 0 };
  promise.then(
    (value) => {
      outcome.value = value;
      outcome.settled++;
    },
    (error: unknown) => {
      outcome.error = error;
      outcome.settled++;
    },
  );
  return outcome;
}

/** `n` collections, `c0` first. */
export const someCollections = (n: number): { id: string; name: string; assetCount: number }[] =>
  Array.from({ length: n }, (_, i) => ({ id: `c${i}`, name: `Collection ${i}`, assetCount: 3 }));

/** A click: what it asks for, and React's answer to it, with no time for anything else. */
export function press<T>(ask: () => T): T {
  let outcome: { value: T } | undefined;
  act(() => {
    outcome = { value: ask() };
  });
  return (outcome as { value: T }).value;
}
