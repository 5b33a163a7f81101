import { createScenarioProxy, type ScenarioProxy } from 'scenario-react/server';
import { isSignedIn } from './isSignedIn';

interface Env {
  SCENARIO_SDK_API_KEY: string;
  SCENARIO_SDK_API_SECRET: string;
}

let handle: ScenarioProxy | undefined;

export default {
  fetch(request: Request, env: Env, context: { waitUntil(work: Promise<unknown>): void }): Promise<Response> {
    // Made once, and not for each request: the proxy remembers how much of a minute is spent.
    handle ??= createScenarioProxy({
      apiKey: env.SCENARIO_SDK_API_KEY,
      apiSecret: env.SCENARIO_SDK_API_SECRET,
      basePath: '/api/scenario',
      authorize: isSignedIn,
      onError: console.error,
    });
    const answer = handle(request);
    // A Worker is ended when its visitor goes away, and a write with it.
    context.waitUntil(answer);
    return answer;
  },
};
