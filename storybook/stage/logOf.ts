import type { ScenarioEmulator } from 'scenario-react/testing';

/** The log of a server as `METHOD /path status`. */
export function logOf(emulator: ScenarioEmulator): string[] {
  return emulator.requests.map(({ method, path, status }) => `${method} ${path} ${status}`);
}

/** The same, without the reads. Asking for many items at once is a read, though it is a POST. */
export function writesOf(emulator: ScenarioEmulator): string[] {
  return logOf(emulator).filter((line) => !/^GET|get-bulk/.test(line));
}
