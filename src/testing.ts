export { createScenarioEmulator, type ScenarioEmulator } from './testing/createScenarioEmulator.ts';
export type { EmulatorFault } from './testing/EmulatorFault.ts';
export type { GivenCollection, GivenItem, ScenarioEmulatorOptions } from './testing/EmulatorOptions.ts';
export type { EmulatorRecord, EmulatorRequest } from './testing/EmulatorRequest.ts';
export type { MswHttp } from './testing/handlers.ts';
export type { Latency, LatencySplit } from './testing/latency.ts';
export type { RateLimit } from './testing/RateLimit.ts';
