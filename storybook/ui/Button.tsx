import type { ReactNode } from 'react';

/** A button that submits nothing. */
export function Button({
  children,
  disabled = false,
  name,
  onClick,
}: {
  children: ReactNode;
  disabled?: boolean;
  /** Its name where the words on it say too little to whoever does not see what it stands beside. */
  name?: string;
  onClick: () => void;
}) {
  return (
    <button type="button" aria-label={name} disabled={disabled} onClick={onClick}>
      {children}
    </button>
  );
}
