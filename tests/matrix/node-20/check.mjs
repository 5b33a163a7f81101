import assert from 'node:assert/strict';
import { createServer } from 'node:http';

/** What a script on a server does with the package, given its entries as they were loaded. */
export async function check({ index, client, server, testing, msw, mswNode }) {
  assert.match(process.version, /^v20\./);
  const { Scenario, NotFoundError, InvalidInputError, isScenarioError } = client;

  // The emulator's own fetch.
  const emulator = testing.createScenarioEmulator({ seed: 7 });
  const direct = new Scenario({ apiKey: 'key', apiSecret: 'secret', fetch: emulator.fetch, maxRetries: 0 });
  const names = [];
  for await (const collection of direct.collections.list({ pageSize: 100 })) names.push(collection.name);
  assert.equal(names.length, emulator.collections.length);
  assert.ok(names.length > 100);

  // One tree of errors for all entries.
  await assert.rejects(direct.collections.retrieve('nobody'), (error) => {
    assert.ok(error instanceof NotFoundError);
    assert.ok(error instanceof index.NotFoundError);
    assert.equal(error.constructor.name, 'NotFoundError');
    assert.ok(isScenarioError(error));
    return true;
  });
  await assert.rejects(direct.collections.retrieve(''), (error) => error instanceof server.InvalidInputError);
  assert.equal(InvalidInputError, server.InvalidInputError);

  // MSW, which the user hands in.
  const baseURL = 'https://scenario.test/v1';
  const mocked = testing.createScenarioEmulator({ collections: [{ id: 'trees', name: 'Trees' }] });
  const mock = mswNode.setupServer(...mocked.handlers(msw.http, baseURL));
  mock.listen({ onUnhandledRequest: 'error' });
  try {
    const overMsw = new Scenario({ baseURL, bearerAuth: 'token' });
    const { collection } = await overMsw.collections.assets.add('trees', { assetIds: ['oak', 'elm'] });
    assert.equal(collection.assetCount, 2);
    assert.deepEqual(mocked.members('trees').assetIds.toSorted(), ['elm', 'oak']);
  } finally {
    mock.close();
  }

  // The proxy, between the two, over real HTTP.
  const handle = server.createScenarioProxy({
    apiKey: 'key',
    apiSecret: 'secret',
    basePath: '/api/scenario',
    authorize: () => true,
    fetch: emulator.fetch,
  });
  const http = createServer(async (incoming, outgoing) => {
    const answer = await handle(new Request(`http://localhost${incoming.url}`, { method: incoming.method }));
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
    outgoing.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve));
  try {
    const proxied = new Scenario({ baseURL: `http://127.0.0.1:${http.address().port}/api/scenario` });
    const { collections } = await proxied.collections.list({ pageSize: 3 });
    assert.deepEqual(
      collections.map(({ id }) => id),
      emulator.collections.slice(0, 3).map(({ id }) => id),
    );
  } finally {
    http.close();
  }

  // The hooks load on a server as well: pages are rendered there.
  assert.equal(typeof index.useCollection, 'function');
  assert.equal(index.Scenario, client.Scenario);
}
