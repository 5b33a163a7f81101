import { check } from '../checks.mjs';
import * as entries from '../entriesWithoutReact.mjs';

// Without a permission: no environment, no network. React itself reads NODE_ENV, and does not start like this.
console.log(await check({ entries }));
