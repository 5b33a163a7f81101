import { expect, test } from 'vitest';
import { Scenario } from '../../src/client.ts';

test('a page that holds the secret is told of the proxy', () => {
  expect(() => new Scenario({ apiKey: 'key', apiSecret: 'secret' })).toThrow(/proxy/i);
});

test('a worker of a page is a page', async () => {
  const worker = new Worker(new URL('./secret.worker.ts', import.meta.url), { type: 'module' });
  const answer = await new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
  });
  worker.terminate();
  expect(answer).toMatch(/proxy/i);
});
