/** How long what the hooks read and change waits for a spent limit, in ms, where the client does not say. */
export const HOOK_MAX_WAIT = 600_000;
