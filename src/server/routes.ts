/** One documented call, ready to be sent up. */
export interface DocumentedCall {
  /** Starts with a slash; every segment encoded anew. */
  path: string;
  /** The query parameters that may go up. */
  query: readonly string[];
  /** Whether the call is documented with a JSON body. */
  hasBody: boolean;
  /** Whether it changes nothing. */
  isRead: boolean;
}

interface Route {
  /** `*` stands for an id. */
  pattern: readonly string[];
  methods: Readonly<Record<string, Omit<DocumentedCall, 'path'>>>;
}

const PAGE = ['pageSize', 'paginationToken'] as const;
const CONTENTS = [...PAGE, 'collectionId', 'sortBy', 'sortDirection'] as const;

const retrieve = { query: ['projectId'], hasBody: false, isRead: true };
const remove = { query: ['projectId'], hasBody: false, isRead: false };
const write = { query: ['projectId'], hasBody: true, isRead: false };
const bulk = { query: ['projectId'], hasBody: true, isRead: true };
const listing = (parameters: readonly string[]): Omit<DocumentedCall, 'path'> => ({
  query: ['projectId', ...parameters],
  hasBody: false,
  isRead: true,
});

/**
 * Everything that passes the proxy: the documented calls and their query parameters.
 *
 * A list of what is allowed, not of what is forbidden: a call that the vendor adds tomorrow stays shut until someone has thought about it.
 */
const ROUTES: readonly Route[] = [
  { pattern: ['collections'], methods: { GET: listing(PAGE), POST: write } },
  { pattern: ['collections', '*'], methods: { GET: retrieve, PUT: write, DELETE: remove } },
  { pattern: ['collections', '*', 'assets'], methods: { PUT: write, DELETE: write } },
  { pattern: ['collections', '*', 'models'], methods: { PUT: write, DELETE: write } },
  { pattern: ['assets'], methods: { GET: listing(CONTENTS) } },
  { pattern: ['assets', 'get-bulk'], methods: { POST: bulk } },
  { pattern: ['models'], methods: { GET: listing([...CONTENTS, 'privacy']) } },
  { pattern: ['models', 'get-bulk'], methods: { POST: bulk } },
];

/** The call that a method and path name; where the path exists and the method does not, the methods that do; else undefined. */
export function findCall(
  method: string,
  segments: readonly string[],
): { call: DocumentedCall } | { allow: readonly string[] } | undefined {
  const route = ROUTES.find(
    ({ pattern }) =>
      pattern.length === segments.length && pattern.every((part, index) => part === '*' || part === segments[index]),
  );
  if (!route) return undefined;
  // Own keys only: a method named `constructor` must not find what objects inherit.
  const found = Object.hasOwn(route.methods, method) ? route.methods[method] : undefined;
  if (!found) return { allow: Object.keys(route.methods) };
  return { call: { ...found, path: `/${segments.map(encodeURIComponent).join('/')}` } };
}
