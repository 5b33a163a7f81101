import type { Send } from '../http/transport.ts';

/** A group of calls. */
export abstract class Resource {
  protected readonly send: Send;

  constructor(send: Send) {
    this.send = send;
  }
}
