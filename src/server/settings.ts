import { credentials } from '../http/credentials.ts';
import { env } from '../http/env.ts';
import { InvalidInputError } from '../http/errors.ts';
import type { Authorize } from './admit.ts';
import type { Upstream } from './forward.ts';
import type { Gate, GateLimit } from './Gate.ts';
import { MemoryGate } from './MemoryGate.ts';
import { parseURL } from './parseURL.ts';
import { spelled } from './pathSegments.ts';
import type { ScenarioProxyOptions } from './ScenarioProxyOptions.ts';
import { uncached } from './uncached.ts';

/** A proxy's options, checked and filled up. */
export interface ProxySettings {
  /** As paths of addresses have it; no slash at its end. */
  basePath: string;
  authorize: Authorize;
  /** As `URL.origin` spells them. */
  allowedOrigins: readonly string[];
  maxBodyBytes: number;
  /** `'none'`: none were given, nor found. `'nowhere'`: nor is there an environment in which they could be. */
  credentials: 'given' | 'none' | 'nowhere';
  upstream: Upstream;
}

/** Throws an `InvalidInputError` for what cannot work, so that a mistake shows when the server starts and not at the first visitor. */
export function readSettings(given: ScenarioProxyOptions): ProxySettings {
  const options = Object(given) as ScenarioProxyOptions;
  const { apiKey, apiSecret, bearerAuth, authorize, projectId, fetch, onError } = options;
  const { allowedOrigins = [], maxBodyBytes = 256 * 1024, timeout = 60_000 } = options;
  if (typeof authorize !== 'function') {
    throw new InvalidInputError('The options must hold authorize, a function that says who may use the proxy.');
  }
  for (const [name, kind] of Object.entries(KINDS)) {
    const value: unknown = options[name as keyof typeof KINDS];
    if (value != null && typeof value !== kind) throw new InvalidInputError(`${name} must be a ${kind}.`);
  }
  if (!Number.isSafeInteger(maxBodyBytes) || maxBodyBytes < 1) {
    throw new InvalidInputError('maxBodyBytes must be a whole number of bytes, 1 or more.');
  }
  if (typeof timeout !== 'number' || !(timeout > 0))
    throw new InvalidInputError('timeout must be a number of ms greater than 0.');
  // This is the back end, also where a test's fake document makes it look like a page.
  const pair = credentials({ apiKey, apiSecret, bearerAuth, dangerouslyAllowBrowser: true });
  return {
    authorize,
    allowedOrigins: readOrigins(allowedOrigins),
    maxBodyBytes,
    credentials: bearerAuth || pair.secret ? 'given' : hasEnvironment() ? 'none' : 'nowhere',
    basePath: readBasePath(options.basePath ?? ''),
    upstream: {
      baseURL: readBaseURL(options.baseURL || env('SCENARIO_BASE_URL') || 'https://api.cloud.scenario.com/v1'),
      projectId: projectId || undefined,
      timeout,
      fetch: uncached(fetch),
      credentials: pair,
      gate: readGate(options.gate),
      onError: reporting(onError),
    },
  };
}

/** A log that is down must not take the visitor's answer with it, nor end the process. */
function reporting(onError: (error: unknown) => unknown = () => undefined): (error: unknown) => void {
  // What it has thrown may quote the error that it was told of: that it failed is all that is said.
  return (error) => void (async () => onError(error))().catch(() => console.error('onError of the proxy has failed.'));
}

/** What an option is, where that is all that can be wrong with it. */
const KINDS = { projectId: 'string', basePath: 'string', fetch: 'function', onError: 'function' } as const;

/** A Worker of an older compatibility date has none: its variables come with each request. */
const hasEnvironment = (): boolean => !!(globalThis as { process?: { env?: object } }).process?.env;

function readBaseURL(baseURL: string): string {
  const url = parseURL(baseURL);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || /[?#]/.test(baseURL)) {
    // Not quoted: there may be a password in it.
    throw new InvalidInputError('baseURL must be a whole http or https address without credentials, query or hash.');
  }
  return url.href.replace(/\/+$/, '');
}

function readOrigins(origins: readonly string[]): string[] {
  if (!Array.isArray(origins)) throw new InvalidInputError('allowedOrigins must be an array of origins.');
  return origins.map((origin, index) => {
    const url = typeof origin === 'string' ? parseURL(origin) : undefined;
    // A path in it would be taken for a promise that it is looked at.
    if (!url || !/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/` || url.host.includes('*')) {
      throw new InvalidInputError(`allowedOrigins[${index}] must be an origin, like 'https://app.example.com'.`);
    }
    return url.origin;
  });
}

/** What the API's documentation says of it. */
const PUBLISHED: GateLimit = { requests: 100, per: 60_000 };

function readGate(gate: Gate | GateLimit = PUBLISHED): Gate {
  if (typeof gate !== 'object' || gate === null) {
    throw new InvalidInputError('gate must be { requests, per }, or an object with enter and close.');
  }
  const { enter, close, requests, per } = gate as Partial<Gate & GateLimit>;
  if (enter !== undefined || close !== undefined) {
    if (typeof enter === 'function' && typeof close === 'function') return gate as Gate;
    throw new InvalidInputError('gate must have both enter and close, as functions.');
  }
  if (!Number.isSafeInteger(requests) || !(Number(requests) >= 1)) {
    throw new InvalidInputError('gate.requests must be a whole number, 1 or more.');
  }
  if (typeof per !== 'number' || !(per > 0 && per < Infinity)) {
    throw new InvalidInputError('gate.per must be a number of ms greater than 0.');
  }
  return new MemoryGate(gate as GateLimit);
}

function readBasePath(basePath: string): string {
  const path = basePath.replace(/\/+$/, '');
  if (path === '') return '';
  const here = 'http://localhost';
  const url = path.startsWith('/') ? parseURL(path, here) : undefined;
  if (url?.origin !== here || /[?#]/.test(path)) {
    throw new InvalidInputError("basePath must be a path that starts with a slash, like '/api/scenario'.");
  }
  // As addresses spell it: a request's path comes percent-encoded and free of dot segments.
  return spelled(url.pathname);
}
