'use client';

import { useQueryErrorResetBoundary } from '@tanstack/react-query';

export default function ReadFailed({ reset }: { reset: () => void }) {
  const queries = useQueryErrorResetBoundary();
  const readAgain = () => {
    // First: without it the query keeps its error, and throws it once more.
    queries.reset();
    reset();
  };
  return (
    <p role="alert">
      The collections could not be read.{' '}
      <button type="button" onClick={readAgain}>
        Read again
      </button>
    </p>
  );
}
