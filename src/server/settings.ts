import { credentials } from '../http/credentials.ts';
import { env } from '../http/env.ts';
import { InvalidInputError } from '../http/errors.ts';
import type { Authorize } from './admit.ts';
import type { Upstream } from './forward.ts';
import type { ScenarioProxyOptions } from './ScenarioProxyOptions.ts';

/** A proxy's options, checked and filled up. */
export interface ProxySettings {
  /** As paths of addresses have it; no slash at its end. */
  basePath: string;
  authorize: Authorize;
  maxBodyBytes: number;
  upstream: Upstream;
}

/** Throws an `InvalidInputError` for what cannot work, so that a mistake shows when the server starts and not at the first visitor. */
export function readSettings(options: ScenarioProxyOptions): ProxySettings {
  const { apiKey, apiSecret, bearerAuth, authorize, projectId, fetch, onError = () => undefined } = options;
  const { maxBodyBytes = 256 * 1024, timeout = 60_000 } = options;
  if (typeof authorize !== 'function') {
    throw new InvalidInputError('authorize must be a function that says who may use the proxy.');
  }
  if (!Number.isSafeInteger(maxBodyBytes) || maxBodyBytes < 1) {
    throw new InvalidInputError('maxBodyBytes must be a whole number of bytes, 1 or more.');
  }
  if (!(timeout > 0)) throw new InvalidInputError('timeout must be a number of ms greater than 0.');
  // This is the back end, also where a test's fake document makes it look like a page.
  const { authorization } = credentials({ apiKey, apiSecret, bearerAuth, dangerouslyAllowBrowser: true });
  return {
    authorize,
    maxBodyBytes,
    basePath: readBasePath(options.basePath ?? ''),
    upstream: {
      baseURL: readBaseURL(options.baseURL || env('SCENARIO_BASE_URL') || 'https://api.cloud.scenario.com/v1'),
      projectId: projectId || undefined,
      timeout,
      fetch,
      authorization,
      onError,
    },
  };
}

function readBaseURL(baseURL: string): string {
  const url = URL.canParse(baseURL) ? new URL(baseURL) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || /[?#]/.test(baseURL)) {
    // Not quoted: there may be a password in it.
    throw new InvalidInputError('baseURL must be a whole http or https address without credentials, query or hash.');
  }
  return url.href.replace(/\/+$/, '');
}

function readBasePath(basePath: string): string {
  const path = basePath.replace(/\/+$/, '');
  if (path === '') return '';
  const here = 'http://localhost';
  const url = path.startsWith('/') && URL.canParse(path, here) ? new URL(path, here) : undefined;
  if (url?.origin !== here || /[?#]/.test(path)) {
    throw new InvalidInputError("basePath must be a path that starts with a slash, like '/api/scenario'.");
  }
  // As addresses spell it: a request's path comes percent-encoded and free of dot segments.
  return url.pathname;
}
