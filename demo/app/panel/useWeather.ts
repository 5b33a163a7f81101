import { useMutation, useQuery } from '@tanstack/react-query';
import { tellWeather } from './followWeather.ts';
import { type Fault, type Limit, turn, WEATHER_KEY } from './weather.ts';

/** What the emulator has been told to do, and the ways to tell it. */
export function useWeather() {
  const { data } = useQuery({
    queryKey: WEATHER_KEY,
    queryFn: () => turn('GET'),
    networkMode: 'always',
    staleTime: Infinity,
  });
  const { mutate } = useMutation({
    mutationFn: ([method, path, body]: Parameters<typeof turn>) => turn(method, path, body),
    onSuccess: tellWeather,
    networkMode: 'always',
  });
  return {
    weather: data,
    setLatency: (latency: number) => mutate(['PUT', '/latency', { latency }]),
    setLimit: (limit: Limit | null) => mutate(['PUT', '/limit', { limit }]),
    addFault: (fault: Fault) => mutate(['POST', '/faults', fault]),
    endFault: (id: number) => mutate(['DELETE', `/faults/${id}`]),
    reset: () => mutate(['POST', '/reset']),
  };
}
