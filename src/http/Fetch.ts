/**
 * As much of `fetch` as the client uses: every runtime's own fits it, and so does a function that takes texts only, which is what it is
 * called with. Bun's type asks for more than a function can give, and where there is no DOM, its names are not there.
 */
// As a method, since a function with a narrower parameter would not fit it else.
export type Fetch = { fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> }['fetch'];
