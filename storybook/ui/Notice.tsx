import { Button } from './Button.tsx';

/** Something went wrong: what, and the button that tries again where that can help. */
export function Notice({ title, error, onRetry }: { title: string; error: Error; onRetry?: () => void }) {
  return (
    <div className="notice" role="alert">
      <strong>{title}</strong>
      <span>{error.message}</span>
      {onRetry && <Button onClick={onRetry}>Retry</Button>}
    </div>
  );
}
