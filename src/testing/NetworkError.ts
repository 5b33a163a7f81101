/** What `fetch` rejects with when there is no answer: a `TypeError`, as in every browser. */
export class NetworkError extends TypeError {
  constructor() {
    super('Failed to fetch');
  }
}
