import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

/** A fault, as the server's panel takes it. */
export interface Fault {
  kind: 'refuse' | 'loseAnswer' | 'slow' | 'offline' | 'rateLimit' | 'garbage';
  on?: 'write' | 'read';
  times?: number;
  status?: number;
  ms?: number;
  seconds?: number;
}

export interface Limit {
  requests: number;
  per: number;
}

export interface Weather {
  latency: number;
  limit: Limit | null;
  faults: { id: number; fault: Fault }[];
}

const KEY = ['weather'];

async function turn(method: string, path = '', body?: object): Promise<Weather> {
  const response = await fetch(`/control${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`The panel's server answered ${response.status}`);
  return response.json();
}

/** What the emulator has been told to do, and the ways to tell it. It stands at the server: a reload keeps it. */
export function useWeather() {
  const queryClient = useQueryClient();
  const { data } = useQuery({ queryKey: KEY, queryFn: () => turn('GET'), networkMode: 'always', staleTime: Infinity });
  const { mutate } = useMutation({
    mutationFn: ([method, path, body]: Parameters<typeof turn>) => turn(method, path, body),
    onSuccess: (weather) => queryClient.setQueryData(KEY, weather),
    networkMode: 'always',
  });
  return {
    weather: data,
    setLatency: (latency: number) => mutate(['PUT', '/latency', { latency }]),
    setLimit: (limit: Limit | null) => mutate(['PUT', '/limit', { limit }]),
    addFault: (fault: Fault) => mutate(['POST', '/faults', fault]),
    endFault: (id: number) => mutate(['DELETE', `/faults/${id}`]),
    // Every copy in the page is of a server that is no more.
    reset: () => mutate(['POST', '/reset'], { onSuccess: () => location.reload() }),
  };
}
