import { Icon } from './parts/Icon.tsx';
import { ThemeToggle } from './parts/ThemeToggle.tsx';
import { SavingLine } from './saving/SavingLine.tsx';

/** Title, saving line, and what the whole page can be switched to. */
export function Header({ hasPanel, onTogglePanel }: { hasPanel: boolean; onTogglePanel: (() => void) | undefined }) {
  return (
    <header className="header">
      <span className="header-mark">
        <Icon name="stack" />
      </span>
      <h1 className="header-title">
        Studio library <span className="header-sub">scenario-react demo</span>
      </h1>
      <SavingLine />
      <ThemeToggle />
      {onTogglePanel && (
        <button
          id="panel-toggle"
          type="button"
          className="button"
          aria-expanded={hasPanel}
          aria-controls="panel"
          onClick={onTogglePanel}
        >
          <Icon name="sliders" />
          <span className="only-wide">Make trouble</span>
          <span className="only-narrow visually-hidden">Make trouble</span>
        </button>
      )}
    </header>
  );
}
