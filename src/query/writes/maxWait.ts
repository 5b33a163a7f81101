/** How long what the hooks read and change waits for a spent limit, in ms, where the client does not say. */
export const MAX_WAIT = 600_000;
