import { fileURLToPath } from 'node:url';
import type { StorybookConfig } from '@storybook/react-vite';
import { mergeConfig } from 'vite';

const source = fileURLToPath(new URL('../src', import.meta.url));

/** As Storybook wants it: from this folder. */
const msw = '../node_modules/msw/lib';

const config: StorybookConfig = {
  // StrictMode mounts everything twice: a hook that minds is found here.
  framework: { name: '@storybook/react-vite', options: { strictMode: true } },
  stories: ['./**/*.stories.tsx'],
  addons: ['@storybook/addon-a11y', '@storybook/addon-vitest'],
  staticDirs: [
    // The script of MSW's service worker, from MSW itself, so that it is always the one of the installed version. The Vitest addon
    // serves whole folders only.
    process.env.VITEST ? msw : { from: `${msw}/mockServiceWorker.js`, to: '/mockServiceWorker.js' },
  ],
  core: { disableTelemetry: true, disableWhatsNewNotifications: true },
  viteFinal: (vite) =>
    mergeConfig(vite, {
      resolve: {
        alias: [
          { find: /^scenario-react$/, replacement: `${source}/index.ts` },
          { find: /^scenario-react\/(client|outbox|testing)$/, replacement: `${source}/$1.ts` },
        ],
      },
      // What Vite meets in the middle of a run makes it reload the page, and the stories in it.
      optimizeDeps: {
        include: ['@tanstack/react-query', 'idb', 'msw', 'msw/browser', 'msw-storybook-addon/csf3', 'ofetch'],
      },
    }),
};

export default config;
