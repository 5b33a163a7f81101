import { parseJSON } from '../http/parseJSON.ts';
import { namedWait } from '../http/retryDelay.ts';
import type { Gate } from './Gate.ts';
import { refuse } from './refuse.ts';

/** A gate as one call meets it. Neither of the two ever rejects: what the gate throws is told to `onError`, and holds up nothing. */
export interface CallGate {
  /** The refusal, where the call may not go up now. */
  enter(): Promise<Response | undefined>;
  /** To be told of every answer of the API. */
  leave(answer: Response): Promise<void>;
}

export function passGate(gate: Gate, project: string, request: Request, onError: (error: unknown) => void): CallGate {
  return {
    enter: async () => {
      try {
        const wait = await gate.enter(project, request);
        return wait > 0 ? tooMany(wait) : undefined;
      } catch (error) {
        onError(error);
        return undefined;
      }
    },
    leave: async (answer) => {
      if (answer.status !== 429) return;
      try {
        const seconds = namedWait(answer.headers, parseJSON(await answer.clone().text()));
        await gate.close(project, seconds === undefined ? undefined : seconds * 1000);
      } catch (error) {
        onError(error);
      }
    },
  };
}

/** The wait to the millisecond too: one second more for each of a team's requests would be a long time. */
const tooMany = (wait: number): Response =>
  refuse(429, 'The limit of requests is spent. Wait, and try again.', {
    'retry-after': String(Math.ceil(wait / 1000)),
    'retry-after-ms': String(Math.ceil(wait)),
  });
