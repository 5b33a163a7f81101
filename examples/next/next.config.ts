import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NextConfig } from 'next';

const config: NextConfig = {
  // This folder, not the repository around it, which has a lockfile of its own.
  turbopack: { root: dirname(fileURLToPath(import.meta.url)) },
};

export default config;
