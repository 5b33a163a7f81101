import { env, isBrowser } from './env.ts';
import { need } from './errors.ts';
import { Renewal } from './Renewal.ts';

/** How requests are signed. What is not given comes from the environment, where there is one. */
export interface CredentialOptions {
  /** Sent with `apiSecret` as HTTP Basic. Default: `SCENARIO_SDK_API_KEY`. An empty string means none. */
  apiKey?: string | undefined;
  /** Default: `SCENARIO_SDK_API_SECRET`. Never put it into a page: mount the proxy of `scenario-react/server`. */
  apiSecret?: string | undefined;
  /**
   * A token, sent as Bearer, or a function that is asked for one before every attempt, and once more, for all requests that wait for it,
   * where a token has run out. Wins over the environment.
   */
  bearerAuth?: string | (() => string | Promise<string>) | undefined;
  /** Lets a page hold `apiSecret`. Whoever opens the page can read it. */
  dangerouslyAllowBrowser?: boolean | undefined;
}

/** The value of the `authorization` header, and what must not show up in a message. */
export interface Credentials {
  /** Not a promise where the answer is at hand, so that the request can leave at once. */
  authorization: () => string | undefined | Promise<string>;
  /** Where there is a function to ask for another token. */
  renewal?: Renewal;
  secret?: string | undefined;
}

const bearer = (token: unknown): string => {
  need(token && typeof token === 'string', 'bearerAuth must be, or give, a token that is not empty.');
  return `Bearer ${token}`;
};

// `btoa` takes bytes, not characters.
const basic = (pair: string): string => `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(pair)))}`;

/**
 * Settles how a client signs its requests, or throws.
 *
 * Law: what is given wins over the environment, and half of a pair, or two kinds at once, is refused rather than guessed at. None at
 * all is fine: a proxy adds them.
 */
export function credentials(options: CredentialOptions): Credentials {
  const { bearerAuth, apiKey, apiSecret } = options;
  if (bearerAuth) {
    need(!apiKey && !apiSecret, 'Give either bearerAuth, or apiKey and apiSecret, not both.');
    if (typeof bearerAuth === 'function') {
      const authorization = async () => bearer(await bearerAuth());
      return { authorization, renewal: new Renewal(authorization) };
    }
    const header = bearer(bearerAuth);
    return { authorization: () => header };
  }
  const key = apiKey ?? env('SCENARIO_SDK_API_KEY');
  const secret = apiSecret ?? env('SCENARIO_SDK_API_SECRET');
  need(!key === !secret, 'Give both apiKey and apiSecret, or neither; one is missing.');
  need(!secret || [key, secret].every((part) => typeof part === 'string'), 'apiKey and apiSecret must be strings.');
  need(
    !secret || options.dangerouslyAllowBrowser || !isBrowser(),
    'apiSecret must not be in a browser, where every visitor can read it. Set baseURL to a proxy, createScenarioProxy of ' +
      'scenario-react/server, or set dangerouslyAllowBrowser.',
  );
  const header = secret && basic(`${key}:${secret}`);
  return { authorization: () => header || undefined, secret };
}
