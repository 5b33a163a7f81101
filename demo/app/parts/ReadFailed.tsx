import { describeError } from './describeError.ts';
import { Notice } from './Notice.tsx';

/** A read that failed, and the way to try it again. */
export function ReadFailed({ what, error, onRetry }: { what: string; error: Error; onRetry: () => void }) {
  return (
    <div role="alert">
      <Notice icon="warning" title={`Could not load ${what}`}>
        <p>{describeError(error)}</p>
        <button type="button" className="button" onClick={onRetry}>
          Retry
        </button>
      </Notice>
    </div>
  );
}
