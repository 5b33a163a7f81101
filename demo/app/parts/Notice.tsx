import type { ReactNode } from 'react';
import { Icon, type IconName } from './Icon.tsx';

/** What stands where there is nothing else to show: empty, failed, gone. */
export function Notice({ icon, title, children }: { icon: IconName; title: string; children?: ReactNode }) {
  return (
    <div className="notice">
      <span className="notice-icon">
        <Icon name={icon} />
      </span>
      <p className="notice-title">{title}</p>
      {children}
    </div>
  );
}
