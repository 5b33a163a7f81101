import type { TracedOptions } from '../../http/RequestOptions.ts';
import { PRIORITY } from '../../http/Turn.ts';

/** How long what the hooks read and change waits for a spent limit, in ms, where the client does not say. */
export const HOOK_MAX_WAIT = 600_000;

/** Of a read that somebody's change hangs on, which waits for a spent limit as well. */
export const WAITING: TracedOptions = { priority: PRIORITY.change, defaultMaxWait: HOOK_MAX_WAIT };
