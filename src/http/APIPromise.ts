import { ResponseValidationError, requestIdOf } from './errors.ts';
import { parseJSON } from './parseJSON.ts';
import type { Answer } from './transport.ts';

/** Reads an answer: its JSON (undefined if it is none), then what `check` makes of that. What is wrong with it names the request. */
export const readJSON =
  <T>(check: (body: unknown) => T) =>
  ({ text, status, headers }: Answer): T => {
    const body = parseJSON(text);
    try {
      return check(body);
    } catch (error) {
      if (error instanceof ResponseValidationError)
        Object.assign(error, { status, requestId: requestIdOf(headers, body) });
      throw error;
    }
  };

// biome-ignore lint/suspicious/noExplicitAny: the language types its own promises so, and an APIPromise stands for one.
type Rejected<B> = ((reason: any) => B | PromiseLike<B>) | null;

/**
 * The promise of one call's result. The request has left already; the body is parsed once, when it is first asked for.
 *
 * Law: it rejects as any promise does, and who asks for the response alone gets no second, unhandled rejection for the body.
 */
export class APIPromise<T> implements Promise<T> {
  readonly [Symbol.toStringTag]: string = 'APIPromise';
  readonly #answer: Promise<Answer>;
  readonly #read: (answer: Answer) => T;
  #data: Promise<T> | undefined;

  constructor(answer: Promise<Answer>, read: (answer: Answer) => T) {
    this.#answer = answer;
    this.#read = read;
  }

  /** The response, its body still to be read. Rejects on a status other than 2xx, as the promise itself does. */
  asResponse(): Promise<Response> {
    return this.#answer.then(({ response }) => response());
  }

  /** The parsed body and the response. */
  withResponse(): Promise<{ data: T; response: Response }> {
    return this.then(async (data) => ({ data, response: await this.asResponse() }));
  }

  // biome-ignore lint/suspicious/noThenProperty: a promise has one.
  then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: Rejected<B>,
  ): Promise<A | B> {
    this.#data ??= this.#answer.then(this.#read);
    return this.#data.then(onFulfilled, onRejected);
  }

  catch<B = never>(onRejected?: Rejected<B>): Promise<T | B> {
    return this.then(undefined, onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<T> {
    return this.then().finally(onFinally);
  }
}
