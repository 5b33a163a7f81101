import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { Profiler, type ReactNode, useLayoutEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { Scenario, ScenarioProvider } from '../../src/index.ts';
import type { Outbox } from '../../src/outbox.ts';
import { createScenarioEmulator, type ScenarioEmulator, type ScenarioEmulatorOptions } from '../../src/testing.ts';
import { passAll, settle } from './virtualTime.ts';

export interface RenderOptions extends ScenarioEmulatorOptions {
  readonly queryClient?: QueryClient;
  readonly emulator?: ScenarioEmulator;
  readonly scope?: string;
  readonly outbox?: Outbox;
  /** Other components, beside the one with the hooks. */
  readonly children?: ReactNode;
  /** Whether to wait until the first reads are over. Default: true. */
  readonly wait?: boolean;
  /** Whether to remember every commit. Default: true. */
  readonly keepFrames?: boolean;
}

export interface Rendered<T> {
  /** What the hooks gave in the last commit. */
  readonly current: T;
  /** What they gave in each commit, in order. */
  readonly frames: readonly T[];
  readonly emulator: ScenarioEmulator;
  readonly client: Scenario;
  readonly queryClient: QueryClient;
  /** The requests since the first reads: `PUT /collections/c1/assets`. */
  readonly sent: readonly string[];
  unmount(): Promise<void>;
}

export function createQueryClient(): QueryClient {
  const gcTime = Number.POSITIVE_INFINITY;
  return new QueryClient({ defaultOptions: { queries: { gcTime }, mutations: { gcTime } } });
}

function Use<T>({ hooks, keep }: { hooks: () => T; keep: (value: T) => void }) {
  const value = hooks();
  useLayoutEffect(() => keep(value));
  return null;
}

/** Hooks in a component, inside the providers, against the emulator. In virtual time, without `act`: commits come as in a browser. */
export async function renderScenario<T>(use: () => T, options: RenderOptions = {}): Promise<Rendered<T>> {
  const {
    queryClient = createQueryClient(),
    wait = true,
    keepFrames = true,
    scope,
    outbox,
    children,
    ...rest
  } = options;
  const emulator = options.emulator ?? createScenarioEmulator({ latency: 20, ...rest });
  const client = new Scenario({
    baseURL: 'https://api.example.test/v1',
    fetch: emulator.fetch,
    maxRetries: 0,
    ...(scope === undefined ? {} : { scope }),
  });
  const frames: T[] = [];
  let last: T | undefined;
  const keep = (value: T) => {
    last = value;
  };
  const root = createRoot(document.createElement('div'));
  const onCommit = () => {
    if (keepFrames && last !== undefined) frames.push(last);
  };
  root.render(
    <QueryClientProvider client={queryClient}>
      <ScenarioProvider client={client} outbox={outbox}>
        <Profiler id="use" onRender={onCommit}>
          <Use hooks={use} keep={keep} />
        </Profiler>
        {children}
      </ScenarioProvider>
    </QueryClientProvider>,
  );
  await settle();
  if (wait) await passAll();
  const before = wait ? emulator.requests.length : 0;
  return {
    get current() {
      if (last === undefined) throw new Error('Nothing has been rendered');
      return last;
    },
    frames,
    emulator,
    client,
    queryClient,
    get sent() {
      return emulator.requests.slice(before).map(({ method, path }) => `${method} ${path}`);
    },
    async unmount() {
      root.unmount();
      await settle();
      queryClient.clear();
    },
  };
}
