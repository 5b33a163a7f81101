import { expect, it, vi } from 'vitest';
import { BASE, proxyOver, type Sent, write } from './support.ts';

/** What a Worker of a compatibility date before 2024-11-11 does. */
const worker = ({ cache }: Sent) => {
  if (cache !== undefined) throw new Error("The 'cache' field on 'RequestInitializerDict' is not implemented.");
  return Response.json({ ok: true });
};

it('where the runtime knows no cache in RequestInit, calls are sent without, and the API is asked once for each', async () => {
  const onError = vi.fn();
  const { handle, sent } = proxyOver(worker, { onError });
  expect((await handle(write('/collections'))).status).toBe(200);
  expect((await handle(new Request(`${BASE}/collections`))).status).toBe(200);
  // The first of them never left the Worker.
  expect(sent.map(({ cache }) => cache)).toEqual(['no-store', undefined, undefined]);
  expect(onError).not.toHaveBeenCalled();
});

it('another error of a fetch that knows it is sent no second time', async () => {
  const { handle, sent } = proxyOver(() => Promise.reject(new Error('the cache was cold, and the line broke')));
  expect((await handle(write('/collections'))).status).toBe(502);
  expect(sent).toHaveLength(1);
});
