// @vitest-environment node
import { Writable } from 'node:stream';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { Suspense } from 'react';
import { renderToPipeableStream } from 'react-dom/server';
import { expect, test } from 'vitest';
import { ScenarioProvider, useSuspenseCollection, useSuspenseCollections } from '../../src/index.ts';
import { createScenarioEmulator } from '../../src/testing.ts';
import { clientOf } from '../support/app.tsx';

function Names() {
  const { data } = useSuspenseCollections();
  return <p>{data.map(({ name }) => name).join(', ')}</p>;
}

function One() {
  const { data } = useSuspenseCollection('trees');
  return <p>{`${data.name} has ${data.assetCount}`}</p>;
}

test('the Suspense hooks stream: the fallback first, then what was read, each once', async () => {
  const emulator = createScenarioEmulator({
    latency: 20,
    collections: [{ id: 'trees', name: 'Trees', assetCount: 2 }],
  });
  const pieces: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const sink = new Writable({
      write: (chunk, _, done) => {
        pieces.push(String(chunk));
        done();
      },
      final: (done) => {
        done();
        resolve();
      },
    });
    const { pipe } = renderToPipeableStream(
      <QueryClientProvider client={new QueryClient()}>
        <ScenarioProvider client={clientOf(emulator)}>
          <main>
            <Suspense fallback={<i>Loading names</i>}>
              <Names />
            </Suspense>
            <Suspense fallback={<i>Loading one</i>}>
              <One />
            </Suspense>
          </main>
        </ScenarioProvider>
      </QueryClientProvider>,
      { onShellReady: () => void pipe(sink), onError: reject },
    );
  });
  expect(pieces[0]).toContain('Loading names');
  expect(pieces[0]).not.toContain('<p>');
  const later = pieces.slice(1).join('');
  expect(later).toContain('<p>Trees</p>');
  expect(later).toContain('<p>Trees has 2</p>');
  expect(emulator.requests.map(({ path }) => path).toSorted()).toEqual(['/collections', '/collections/trees']);
});
