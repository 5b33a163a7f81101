/** What server and browser both ask for: with other parameters the browser would not find what the server has read. */
export const list = { pageSize: 20 };
