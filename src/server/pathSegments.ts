/** More layers of percent-encoding than this are an attack, or a mistake. */
const MAX_LAYERS = 3;

/** `.` and `..`, also with the `;parameters` that some servers strip from a segment. */
const DOTS = /^\.{1,2}(;|$)/;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const SEPARATORS = /[/\\\u0000-\u001f\u007f]/;

/** A path with its percent-encoding in one of the two cases that say the same. */
export const spelled = (path: string): string => path.replace(/%[\da-f]{2}/gi, (code) => code.toUpperCase());

/**
 * The decoded segments of a path below `basePath`; undefined where the path is not below it, or is no honest path.
 *
 * A segment stays one segment however often a server behind us decodes it: a slash, a backslash, a control character or a dot
 * segment at any layer of encoding is refused. So what is matched here is what the upstream server sees. One slash at the end, which
 * some frameworks add to every address, hides nothing and counts for nothing.
 */
export function pathSegments(pathname: string, basePath: string): string[] | undefined {
  if (!spelled(pathname).startsWith(`${basePath}/`)) return undefined;
  const segments: string[] = [];
  for (const raw of pathname
    .slice(basePath.length + 1)
    .replace(/\/$/, '')
    .split('/')) {
    const segment = decodeSegment(raw);
    if (segment === undefined) return undefined;
    segments.push(segment);
  }
  return segments;
}

function decodeSegment(raw: string): string | undefined {
  const first = decode(raw);
  if (first === undefined || first === '') return undefined;
  let layer = first;
  for (let depth = 1; ; depth++) {
    if (SEPARATORS.test(layer) || DOTS.test(layer)) return undefined;
    const next = decode(layer);
    // A `%` that starts no escape is a plain character of an id, and nothing hides behind it.
    if (next === undefined || next === layer) return first;
    if (depth === MAX_LAYERS) return undefined;
    layer = next;
  }
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
