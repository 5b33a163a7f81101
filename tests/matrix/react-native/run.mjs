import { readFile } from 'node:fs/promises';
import { createContext, Script } from 'node:vm';
import { AbortController, AbortSignal } from 'abort-controller';

const [, , bundle] = process.argv;

/**
 * Runs a bundle in a world that has what React Native 0.76 gives to JavaScript, and no more.
 *
 * Its signals are the `abort-controller` package's, which have neither `reason` nor `any`. There is no DOM, no `process`, no stream,
 * no `structuredClone`, no `crypto`.
 */
const { fetch, Headers, Request, Response, FormData, Blob, URLSearchParams, TextEncoder, atob, btoa, console } =
  globalThis;
const { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, queueMicrotask, performance } = globalThis;
/** React Native's own has no `canParse`. */
class URL extends globalThis.URL {
  static canParse = undefined;
  static parse = undefined;
}
const world = createContext({
  ...{ fetch, Headers, Request, Response, FormData, Blob, URL, URLSearchParams, TextEncoder, atob, btoa, console },
  ...{ setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, queueMicrotask, performance },
  ...{ AbortController, AbortSignal, navigator: { product: 'ReactNative' } },
});
const lacks = `
  globalThis.window = globalThis.self = globalThis.global = globalThis;
  const Known = Symbol;
  globalThis.Symbol = (text) => Known(text);
  for (const name of Object.getOwnPropertyNames(Known)) {
    if (name !== 'asyncIterator') Object.defineProperty(Symbol, name, { value: Known[name] });
  }
  for (const name of ['FinalizationRegistry', 'SharedArrayBuffer', 'Atomics', 'Iterator', 'WebAssembly']) delete globalThis[name];
  for (const [owner, ...names] of [
    [Array, 'fromAsync'], [Object, 'groupBy'], [Map, 'groupBy'], [Promise, 'withResolvers', 'try'], [Error, 'isError'],
    [String.prototype, 'isWellFormed', 'toWellFormed'],
    [Set.prototype, 'union', 'intersection', 'difference', 'symmetricDifference', 'isSubsetOf', 'isSupersetOf', 'isDisjointFrom'],
  ]) for (const name of names) delete owner[name];
`;
new Script(lacks).runInContext(world);
new Script(await readFile(bundle, 'utf8'), { filename: bundle }).runInContext(world);
console.log(await world.result);
