import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { scenarioBackend } from './scenarioBackend.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig(() => {
  const backend = scenarioBackend();
  return {
    root: here('.'),
    cacheDir: here('../node_modules/.vite/demo'),
    plugins: [react(), backend.plugin],
    // The only thing that the page is told of its server. Key and secret have no VITE_ name, so Vite keeps them from it.
    define: { 'import.meta.env.VITE_EMULATED': JSON.stringify(backend.isEmulated) },
    resolve: {
      alias: [
        { find: /^scenario-react$/, replacement: here('../src/index.ts') },
        { find: /^scenario-react\/(client|outbox|server|testing)$/, replacement: here('../src/$1.ts') },
      ],
    },
    // What Vite meets later makes it reload the page.
    optimizeDeps: {
      include: [
        'react',
        'react/jsx-dev-runtime',
        'react-dom/client',
        '@tanstack/query-async-storage-persister',
        '@tanstack/react-query',
        '@tanstack/react-query-persist-client',
        '@tanstack/react-virtual',
        'idb',
        'ofetch',
      ],
    },
    server: {
      host: '127.0.0.1',
      strictPort: false,
      open: false,
      fs: { allow: [here('.'), here('../src'), here('../node_modules')] },
    },
    preview: { host: '127.0.0.1', strictPort: false, open: false },
    build: { outDir: here('./dist'), emptyOutDir: true },
  };
});
