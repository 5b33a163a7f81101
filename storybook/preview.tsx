import type { Preview } from '@storybook/react-vite';
import { onlineManager } from '@tanstack/react-query';
import { configure } from 'storybook/test';
import { setStage } from './stage/setStage.ts';
import { withStage } from './stage/withStage.tsx';
import './ui/styles.css';

// One second is too little where two browsers share a core; what never comes is still told.
configure({ asyncUtilTimeout: 20_000 });

const preview: Preview = {
  // A story that breaks an accessibility rule is a failed test, not a note beside it.
  parameters: { a11y: { test: 'error' }, layout: 'padded' },
  loaders: [setStage],
  decorators: [withStage],
  // The page's online state is one for all stories; one that goes offline must not leave the next one there.
  beforeEach: () => () => onlineManager.setOnline(true),
};

export default preview;
