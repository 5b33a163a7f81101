import { QueryClient } from '@tanstack/react-query';
import { Scenario } from 'scenario-react';
import { createScenarioEmulator, type EmulatorFault, type ScenarioEmulator } from 'scenario-react/testing';
import { Gate } from './Gate.ts';

type EmulatorOptions = NonNullable<Parameters<typeof createScenarioEmulator>[0]>;
type ClientOptions = NonNullable<ConstructorParameters<typeof Scenario>[0]>;

/** What a story says of its stage, as `parameters.stage`. */
export interface StageOptions extends Pick<EmulatorOptions, 'collections' | 'assets' | 'models'> {
  /** Faults that stand before the first request. */
  faults?: readonly EmulatorFault[];
  /** Requests that are held from the beginning, as `METHOD /path`. */
  hold?: RegExp;
  client?: ClientOptions;
}

/** What a story plays on: a server, a client and a cache that no other story has touched. */
export interface Stage {
  readonly emulator: ScenarioEmulator;
  readonly gate: Gate;
  readonly client: Scenario;
  readonly queryClient: QueryClient;
  /** Lets go what `hold` holds. */
  readonly release: () => void;
  /** Who is signed in: the token that the client sends, and the one that the server takes. */
  readonly session: { token: string; accepted: string };
  /** Another person at another machine: the same server, nothing else in common. */
  readonly somebodyElse: Scenario;
}

export const BASE_URL = 'https://api.example.test/v1';

export function createStage({ faults = [], hold, client, ...server }: StageOptions = {}): Stage {
  const emulator = createScenarioEmulator(server);
  for (const fault of faults) emulator.fault(fault);
  const session = { token: 'morning', accepted: 'morning' };
  const gate = new Gate((input, init) => {
    // The emulator has no users: whoever comes with another token is refused by a fault that meets this one request.
    const isSignedIn = new Headers(init?.headers).get('authorization') === `Bearer ${session.accepted}`;
    if (!isSignedIn) emulator.fault({ kind: 'refuse', status: 401, body: { message: 'Token expired' }, times: 1 });
    return emulator.fetch(input, init);
  });
  const release = hold ? gate.hold(hold) : () => undefined;
  return {
    emulator,
    gate,
    release,
    session,
    client: new Scenario({ baseURL: BASE_URL, fetch: gate.fetch, bearerAuth: () => session.token, ...client }),
    // A window that gets the focus while a story plays would add a read that the story does not count on.
    queryClient: new QueryClient({ defaultOptions: { queries: { refetchOnWindowFocus: false } } }),
    somebodyElse: new Scenario({ baseURL: BASE_URL, fetch: emulator.elsewhere }),
  };
}
