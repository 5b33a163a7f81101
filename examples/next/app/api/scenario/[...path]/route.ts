import { createScenarioProxy } from 'scenario-react/server';
import { isSignedIn } from '../../../isSignedIn';

/** The key and the secret come from the environment, and stay here. */
const handle = createScenarioProxy({ basePath: '/api/scenario', authorize: isSignedIn, onError: console.error });

export {
  handle as DELETE,
  handle as GET,
  handle as HEAD,
  handle as OPTIONS,
  handle as PATCH,
  handle as POST,
  handle as PUT,
};
