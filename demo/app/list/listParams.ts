/** How the demo asks for its list. Part of the query's key, so it stands in one place. */
export const LIST_PARAMS = { pageSize: 30 };
