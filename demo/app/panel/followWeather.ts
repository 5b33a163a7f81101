import { onlineManager } from '@tanstack/react-query';
import { outbox, queryClient } from '../client.ts';
import { turn, WEATHER_KEY, type Weather } from './weather.ts';

/** The panel stands in one tab, and what is turned there goes for all of them. */
const channel = new BroadcastChannel('weather');

/** Knows from now on what the emulator is told to do, in whichever tab. */
export async function followWeather(): Promise<Weather> {
  const weather = await turn('GET');
  takeWeather(weather);
  channel.onmessage = ({ data }: MessageEvent<Weather>) => {
    const known = queryClient.getQueryData<Weather>(WEATHER_KEY);
    // Every copy in the page is of a server that is no more.
    if (data.run !== known?.run) location.reload();
    else takeWeather(data);
  };
  return weather;
}

/** What was turned in this tab. */
export async function tellWeather(weather: Weather): Promise<void> {
  const known = queryClient.getQueryData<Weather>(WEATHER_KEY);
  const isNew = weather.run !== known?.run;
  if (isNew) await outbox.clear();
  else takeWeather(weather);
  channel.postMessage(weather);
  if (isNew) location.reload();
}

function takeWeather(weather: Weather): void {
  queryClient.setQueryData(WEATHER_KEY, weather);
  // The browser is online all the while, so TanStack Query has to be told.
  onlineManager.setOnline(!weather.faults.some(({ fault }) => fault.kind === 'offline'));
}
