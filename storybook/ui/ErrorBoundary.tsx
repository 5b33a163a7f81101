import { Component, type ReactNode } from 'react';

interface Props {
  children: ReactNode;
  /** What stands in for the children, with a function that tries them again. */
  fallback: (error: Error, retry: () => void) => ReactNode;
  onRetry: () => void;
}

/** Catches what its children throw. React has no hook for it. */
export class ErrorBoundary extends Component<Props, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override render(): ReactNode {
    const { children, fallback, onRetry } = this.props;
    if (!this.state.error) return children;
    return fallback(this.state.error, () => {
      onRetry();
      this.setState({ error: null });
    });
  }
}
