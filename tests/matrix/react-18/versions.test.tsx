import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import queryPackage from '@tanstack/react-query/package.json' with { type: 'json' };
import { render } from '@testing-library/react';
import { version } from 'react';
import { version as domVersion } from 'react-dom';
import { expect, test } from 'vitest';

// The suite proves nothing about the lowest versions if an alias slips and the newest come in by another way.

test('this run uses the lowest versions of the peer ranges', () => {
  expect({ react: version, dom: domVersion, query: queryPackage.version }).toEqual({
    react: '18.3.1',
    dom: '18.3.1',
    query: '5.94.5',
  });
});

function Greeting() {
  const { data } = useQuery({
    queryKey: ['greeting'],
    queryFn: () => 'hello',
    initialData: 'hello',
    staleTime: Infinity,
  });
  return <p>{data}</p>;
}

test('Testing Library and TanStack Query share the one React', () => {
  const { container } = render(
    <QueryClientProvider client={new QueryClient()}>
      <Greeting />
    </QueryClientProvider>,
  );
  expect(container.textContent).toBe('hello');
});
