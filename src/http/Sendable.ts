import type { Call } from './Call.ts';
import { need } from './errors.ts';

/** A call as it goes to `fetch`: nothing of it can fail to be written down. */
export interface Sendable {
  method: Call['method'];
  path: string;
  /** Undefined: none. */
  query: Record<string, unknown> | undefined;
  /** JSON. */
  body: string | undefined;
}

/** JSON would leave these out, and an address would say "undefined". */
function refuseNothing(_: string, part: unknown): unknown {
  if (typeof part === 'function' || typeof part === 'symbol') throw new TypeError();
  return part;
}

/** Half of a surrogate pair, as JSON spells it; a backslash of the text's own is spelled as two. */
const HALF = /(?:^|[^\\])(?:\\\\)*\\ud[89a-f]/;

function write(argument: string, value: object): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value, refuseNothing);
  } catch {
    // What it throws tells of JSON, and not of what the caller gave. It is refused below.
  }
  need(text, `${argument} holds a BigInt, a function, a symbol or a circle, which cannot be sent.`);
  need(!HALF.test(text), `${argument} holds half of a character (a text that was cut, perhaps), which cannot be sent.`);
  return text;
}

/** Refuses what cannot be sent, before it looks like a broken connection. */
export function toSendable({ method, path, body }: Call, query: Record<string, unknown>): Sendable {
  const isEmpty = !Object.keys(query).length;
  if (!isEmpty) write('query', query);
  return { method, path, query: isEmpty ? undefined : query, body: body && write('body', body) };
}
