/** The time at the server, in milliseconds. */
export interface ServerClock {
  /** When the server was first used. Addresses of pictures are signed for spans that count from here. */
  startedAt: number;
  now(): number;
}
