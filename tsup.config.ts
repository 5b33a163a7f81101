import { defineConfig } from 'tsup';
import { shortening } from './scripts/internal-names.mjs';

export default defineConfig({
  entry: ['src/index.ts', 'src/client.ts', 'src/outbox.ts', 'src/server.ts', 'src/testing.ts'],
  format: ['esm'],
  target: 'es2022',
  // Shared chunks: with a copy of the error classes in each entry, `instanceof` would fail from one entry to the next.
  splitting: true,
  treeshake: false,
  dts: true,
  clean: true,
  sourcemap: true,
  esbuildOptions: (options) => {
    Object.assign(options, shortening());
  },
});
