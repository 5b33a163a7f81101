/** The user's own back end: the proxy that holds the credentials. Needs neither React nor TanStack Query. */
export { InvalidInputError } from './http/errors.ts';
export type { Authorize } from './server/admit.ts';
export { createScenarioProxy, type ScenarioProxy } from './server/createScenarioProxy.ts';
export type { Gate, GateLimit } from './server/Gate.ts';
export type { ScenarioProxyOptions } from './server/ScenarioProxyOptions.ts';
