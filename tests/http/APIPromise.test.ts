import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { client, collection, envelope, json, outcome } from './scripted.ts';

const unhandled: unknown[] = [];
const note = (reason: unknown) => unhandled.push(reason);
/** Node tells of unhandled rejections after the microtasks. */
const quiet = () => new Promise((resolve) => setTimeout(resolve, 5));
let others: NodeJS.UnhandledRejectionListener[] = [];

beforeEach(() => {
  unhandled.length = 0;
  // Else the runner would count the rejections that are meant here.
  others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', note);
});
afterEach(() => {
  process.off('unhandledRejection', note);
  for (const other of others) process.on('unhandledRejection', other);
});

const retrieve = (answer: Response) => client([answer], { maxRetries: 0 }).scenario.collections.retrieve('c1');
const refused = () => json({ message: 'no' }, 404);
const garbage = () => new Response('<html>Sign in</html>');

describe('an API promise', () => {
  it('parses the body once, however often it is asked', async () => {
    const parse = vi.spyOn(JSON, 'parse');
    const promise = retrieve(envelope());
    const [one, two, { data }] = await Promise.all([promise, promise, promise.withResponse()]);
    expect(one).toBe(two);
    expect(data).toBe(one);
    expect(parse).toHaveBeenCalledTimes(1);
    parse.mockRestore();
  });

  it('gives a response that can still be read, each time', async () => {
    const promise = retrieve(json({ collection: collection() }, 200, { via: 'x' }));
    await promise;
    for (const response of [
      await promise.asResponse(),
      await promise.asResponse(),
      (await promise.withResponse()).response,
    ]) {
      expect(response).toBeInstanceOf(Response);
      expect([response.status, response.headers.get('via'), response.bodyUsed]).toEqual([200, 'x', false]);
      expect(await response.json()).toEqual({ collection: collection() });
    }
  });

  it('behaves as a promise', async () => {
    const done = vi.fn();
    expect(await retrieve(envelope()).then(({ collection }) => collection.id)).toBe('c1');
    expect(await retrieve(refused()).catch((error) => error.status)).toBe(404);
    expect(await retrieve(envelope()).finally(done)).toEqual({ collection: collection() });
    expect(await outcome(retrieve(refused()).finally(done))).toMatchObject({ status: 404 });
    expect(done).toHaveBeenCalledTimes(2);
    expect(await Promise.all([retrieve(envelope())])).toEqual([{ collection: collection() }]);
  });

  it('asResponse rejects on a refusal, and leaves nothing unhandled', async () => {
    expect(await outcome(retrieve(refused()).asResponse())).toMatchObject({ name: 'NotFoundError' });
    expect(await outcome(retrieve(refused()).withResponse())).toMatchObject({ name: 'NotFoundError' });
    await quiet();
    expect(unhandled).toEqual([]);
  });

  it('asResponse alone does not mind the body', async () => {
    expect(await (await retrieve(garbage()).asResponse()).text()).toContain('Sign in');
    expect(await outcome(retrieve(garbage()).withResponse())).toMatchObject({ name: 'ResponseValidationError' });
    await quiet();
    expect(unhandled).toEqual([]);
  });

  it('that is handled in several ways leaves nothing unhandled', async () => {
    const promise = retrieve(refused());
    await Promise.allSettled([promise, promise.asResponse(), promise.withResponse(), promise.finally(() => {})]);
    await quiet();
    expect(unhandled).toEqual([]);
  });

  it('that nobody handles is one unhandled rejection', async () => {
    retrieve(refused());
    await quiet();
    expect(unhandled).toMatchObject([{ name: 'NotFoundError' }]);
  });
});
