/**
 * The next token, asked for once for all whose token has run out.
 *
 * Law: who asks for a token that is newer than theirs gets one that was asked for after it, and no second is asked for. So a screen of
 * twenty requests does not sign in twenty times, nor does one that begins meanwhile.
 */
export class Renewal {
  readonly #ask: () => Promise<string>;
  #asked = 0;
  #token: Promise<string> | undefined;
  #isPending = false;

  constructor(ask: () => Promise<string>) {
    this.#ask = ask;
  }

  /** Stands for now: to be taken when a token is asked for, and given to `after` when that token has run out. */
  get mark(): number {
    return this.#asked;
  }

  /** The token that is being asked for anew, where one is: what there is has run out. */
  get pending(): Promise<string> | undefined {
    return this.#isPending ? this.#token : undefined;
  }

  /** A token that was asked for after the mark was taken. */
  after(mark: number): Promise<string> {
    if (!this.#token || this.#asked === mark) {
      this.#asked++;
      const token = this.#ask();
      const end = () => {
        if (this.#token === token) this.#isPending = false;
      };
      this.#token = token;
      this.#isPending = true;
      token.then(end, end);
    }
    return this.#token;
  }
}
