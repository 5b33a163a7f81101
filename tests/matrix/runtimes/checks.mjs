/**
 * What every runtime must do with the package, whatever loaded it.
 *
 * Each check throws where it fails. Nothing of Node is used: this file runs in Bun, Deno, Workers, jsdom, Chromium and on what Hermes has.
 */

/** A part of what a server needs to hold: the id of a collection whose answer never comes. */
export const HANGS = 'hangs';
const KEY = 'key-of-the-server';
const SECRET = 'secret-of-the-server';

/** The proxy as a user mounts it, over an emulator that turns away whoever does not bring the server's credentials. */
export function serve({ server, testing }) {
  const emulator = testing.createScenarioEmulator({
    collections: [
      { id: 'trees', name: 'Trees' },
      { id: HANGS, name: 'Hangs' },
    ],
    latency: ({ path }) => (path.endsWith(HANGS) ? 3_600_000 : 0),
  });
  return server.createScenarioProxy({
    apiKey: KEY,
    apiSecret: SECRET,
    baseURL: 'https://api.test/v1',
    basePath: '/api/scenario',
    authorize: (request) => request.headers.get('x-user') === 'somebody',
    fetch: (input, init) => {
      const { headers } = new Request(input, init);
      const known = headers.get('authorization') === `Basic ${btoa(`${KEY}:${SECRET}`)}`;
      return known ? emulator.fetch(input, init) : Promise.resolve(new Response('{}', { status: 401 }));
    },
  });
}

/**
 * Runs them all, and gives the names of what was checked.
 *
 * `proxy` is where `serve` is mounted, over real HTTP, and `mount` renders: what is checked with either is left out without it.
 * `isPublic` says that whoever has the app can read what it holds, as a page's visitor can.
 */
export async function check({ entries, react, query, mount, proxy, isPublic }) {
  const overHTTP = proxy ? { readsThroughTheProxy, aborts, timesOut } : {};
  const inReact = mount ? { hookLives, refusedHookGoesBack, outboxKeeps } : {};
  const inPublic = isPublic ? { refusesASecret } : {};
  const everywhere = { entriesLoad, callsTheEmulator, givesUp };
  const done = [];
  for (const [name, run] of Object.entries({ ...everywhere, ...overHTTP, ...inReact, ...inPublic })) {
    try {
      await run({ ...entries, entries, react, query, mount, proxy });
    } catch (error) {
      throw new Error(`${name}: ${error?.stack ?? error}`, { cause: error });
    }
    done.push(name);
  }
  return done.join(' ');
}

function entriesLoad({ entries, index, client, server, testing }) {
  for (const [name, entry] of Object.entries(entries)) ok(Object.keys(entry).length > 0, `${name} exports nothing`);
  equal(typeof testing.createScenarioEmulator, 'function');
  if (index) {
    equal(typeof index.useCollection, 'function');
    ok(index.Scenario === client.Scenario && index.NotFoundError === client.NotFoundError, 'two copies of the client');
  }
  let thrown;
  try {
    server.createScenarioProxy({});
  } catch (error) {
    thrown = error;
  }
  ok(thrown instanceof client.InvalidInputError, `the proxy and the client do not share their errors: ${thrown}`);
}

async function callsTheEmulator({ client, testing }) {
  const emulator = testing.createScenarioEmulator({ seed: 7 });
  const scenario = new client.Scenario({ bearerAuth: 'token', fetch: emulator.fetch });
  const made = await scenario.collections.create({ name: 'Golems' });
  const { assets } = await scenario.assets.list({ pageSize: 2 });
  const { collection } = await scenario.collections.assets.add(made.collection.id, {
    assetIds: assets.map(({ id }) => id),
  });
  equal(collection.assetCount, 2);
  const pages = [];
  let page = await scenario.collections.list({ pageSize: 100 });
  for (; ; page = await page.getNextPage()) {
    pages.push(page);
    if (!page.hasNextPage()) break;
  }
  equal(pages.flatMap((each) => each.collections).length, emulator.collections.length);
  // Hermes of React Native 0.76 and older has no `for await`.
  if (typeof Symbol.asyncIterator === 'symbol') {
    let count = 0;
    const iterator = scenario.collections.list({ pageSize: 100 })[Symbol.asyncIterator]();
    while (!(await iterator.next()).done) count++;
    equal(count, emulator.collections.length);
  }
  const error = await rejection(scenario.collections.retrieve('nobody'));
  ok(error instanceof client.NotFoundError && client.isScenarioError(error), String(error));
  equal(error.name, 'NotFoundError');
}

/** An abort and a time limit against the emulator. An old React Native's signals have no `reason`. */
async function givesUp({ client, testing }) {
  const { fetch } = testing.createScenarioEmulator({ collections: [{ id: 'trees' }], latency: 3_600_000 });
  const scenario = new client.Scenario({ baseURL: 'https://scenario.test/v1', fetch });
  const controller = new AbortController();
  const call = rejection(scenario.collections.retrieve('trees', { signal: controller.signal }));
  controller.abort();
  equal((await call).name, 'APIUserAbortError');
  const late = await rejection(scenario.collections.retrieve('trees', { timeout: 20, maxRetries: 0 }));
  equal(late.name, 'APIConnectionTimeoutError');
}

async function readsThroughTheProxy({ client, proxy }) {
  const scenario = new client.Scenario({ baseURL: proxy, defaultHeaders: { 'x-user': 'somebody' } });
  const { collections } = await scenario.collections.list({ pageSize: 5 });
  equal(collections.map(({ id }) => id).join(), `trees,${HANGS}`);
  const { collection } = await scenario.collections.update('trees', { name: 'Birches' });
  equal(collection.name, 'Birches');
  await scenario.collections.update('trees', { name: 'Trees' });
  const stranger = new client.Scenario({ baseURL: proxy });
  ok((await rejection(stranger.collections.list())) instanceof client.PermissionDeniedError, 'a stranger was let in');
}

async function aborts({ client, proxy }) {
  const scenario = new client.Scenario({ baseURL: proxy, defaultHeaders: { 'x-user': 'somebody' } });
  const controller = new AbortController();
  const call = rejection(scenario.collections.retrieve(HANGS, { signal: controller.signal }));
  setTimeout(() => controller.abort(), 20);
  const error = await call;
  equal(error.name, 'APIUserAbortError');
}

async function timesOut({ client, proxy }) {
  const scenario = new client.Scenario({ baseURL: proxy, defaultHeaders: { 'x-user': 'somebody' } });
  const error = await rejection(scenario.collections.retrieve(HANGS, { timeout: 20, maxRetries: 0 }));
  equal(error.name, 'APIConnectionTimeoutError');
}

function refusesASecret({ client, testing }) {
  const { fetch } = testing.createScenarioEmulator();
  const credentials = { apiKey: 'key', apiSecret: 'secret', fetch };
  let thrown;
  try {
    new client.Scenario(credentials);
  } catch (error) {
    thrown = error;
  }
  ok(thrown instanceof client.InvalidInputError && thrown.message.includes('createScenarioProxy'), String(thrown));
  new client.Scenario({ ...credentials, dangerouslyAllowBrowser: true });
}

/** Renders, adds, moves the count before the server has answered, and settles on the server's. */
async function hookLives(runtime) {
  const { answer, emulator, view, add } = screen(runtime);
  await until(() => view.text() === 'Trees: 1', view.text);
  add(['oak', 'elm']);
  await until(() => view.text() === 'Trees: 3, saving', view.text);
  equal(emulator.members('trees').assetIds.length, 1);
  answer();
  await until(() => view.text() === 'Trees: 3', view.text);
  equal(emulator.members('trees').assetIds.length, 3);
  await view.unmount();
}

async function refusedHookGoesBack(runtime) {
  const { answer, emulator, view, add } = screen(runtime);
  await until(() => view.text() === 'Trees: 1', view.text);
  emulator.fault({ kind: 'refuse', status: 403, on: 'PUT', times: 1 });
  add(['oak']);
  await until(() => view.text() === 'Trees: 2, saving', view.text);
  answer();
  await until(() => view.text() === 'Trees: 1, failed', view.text);
  await view.unmount();
}

/** What was asked for without a network is kept in a storage of the app's own, shown by the next page, and sent once. */
async function outboxKeeps(runtime) {
  const { onlineManager } = runtime.query;
  const outboxOver = (kept) =>
    runtime.outbox.createOutbox({
      storage: {
        load: () => [...kept.values()].map((text) => JSON.parse(text)),
        put: (record) => kept.set(record.key, JSON.stringify(record)),
        remove: (key) => kept.delete(key),
      },
    });
  const device = new Map();
  const first = screen(runtime, { outbox: outboxOver(device) });
  await until(() => first.view.text() === 'Trees: 1', first.view.text);
  onlineManager.setOnline(false);
  first.add(['oak']);
  await until(() => first.view.text() === 'Trees: 2, saving' && device.size > 0, first.view.text);
  // As the device is when the app is killed. To end a cache in order is to give up what waits in it.
  const left = new Map(device);
  await first.view.unmount();
  onlineManager.setOnline(true);
  const { emulator } = first;
  const next = screen(runtime, { outbox: outboxOver(left), emulator });
  await until(() => next.view.text()?.endsWith('saving'), next.view.text);
  next.answer();
  await until(() => next.view.text() === 'Trees: 2' && left.size === 0, next.view.text);
  equal(emulator.requests.filter(({ method }) => method === 'PUT').length, 1);
  await next.view.unmount();
}

const trees = ({ testing }) =>
  testing.createScenarioEmulator({ collections: [{ id: 'trees', name: 'Trees', assetIds: ['ash'] }] });

/** A component that shows a count, over an emulator whose writes wait until `answer` is called. */
function screen(runtime, { outbox, emulator = trees(runtime) } = {}) {
  const { index, react, query, mount } = runtime;
  let answer;
  const answered = new Promise((resolve) => {
    answer = resolve;
  });
  const fetch = async (input, init) => {
    if (init?.method === 'PUT') await answered;
    return emulator.fetch(input, init);
  };
  const client = new index.Scenario({ baseURL: 'https://scenario.test/v1', fetch });
  let mutate;
  const onRender = (given) => {
    mutate = given;
  };
  const { createElement } = react;
  // `clear` leaves the timers of mutations as they are.
  const queryClient = new query.QueryClient({ defaultOptions: { mutations: { gcTime: 10 } } });
  const { text, unmount } = mount(
    createElement(
      query.QueryClientProvider,
      { client: queryClient },
      createElement(index.ScenarioProvider, { client, outbox }, createElement(Count, { index, onRender })),
    ),
  );
  const view = {
    text,
    unmount: async () => {
      unmount();
      // React ends effects a moment later. What nobody shows by then TanStack Query keeps for five minutes, and with it the process.
      await new Promise((resolve) => setTimeout(resolve, 20));
      queryClient.clear();
    },
  };
  return { answer, emulator, view, add: (assetIds) => mutate({ collectionId: 'trees', assetIds }) };
}

function Count({ index, onRender }) {
  const { data } = index.useCollection('trees');
  const { mutate } = index.useAddAssets();
  const [change] = index.usePendingChanges({ collectionId: 'trees' });
  onRender(mutate);
  const state = change ? `, ${change.status === 'failed' ? 'failed' : 'saving'}` : '';
  return data ? `${data.name}: ${data.assetCount}${state}` : 'loading';
}

function ok(condition, message) {
  if (!condition) throw new Error(message);
}

function equal(actual, expected) {
  ok(actual === expected, `${JSON.stringify(actual)} is not ${JSON.stringify(expected)}`);
}

function rejection(promise) {
  return promise.then(
    (value) => {
      throw new Error(`It did not fail: ${JSON.stringify(value)}`);
    },
    (error) => error,
  );
}

/** Ends when the condition holds; the last state is told when it never does. */
async function until(condition, state) {
  for (let tries = 0; !condition(); tries++) {
    if (tries === 2000) throw new Error(`It stays at ${JSON.stringify(state())}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
