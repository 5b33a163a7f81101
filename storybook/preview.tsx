import type { Preview } from '@storybook/react-vite';

const preview: Preview = {
  // A story that breaks an accessibility rule is a failed test, not a note beside it.
  parameters: { a11y: { test: 'error' } },
};

export default preview;
