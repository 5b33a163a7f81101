import { env } from 'node:process';
import type { Plugin, PreviewServer, ViteDevServer } from 'vite';
import { createDemoEmulator } from './createDemoEmulator.ts';
import { emulatorMiddleware } from './emulatorMiddleware.ts';
import { proxyMiddleware } from './proxyMiddleware.ts';

/**
 * What answers the demo's page under `/api`: the emulator, or, where the environment has credentials, the API through the proxy.
 *
 * Half of a pair counts as having them, and is then refused by the proxy: an emulator where someone expects their own collections
 * would look like lost work.
 */
export function scenarioBackend(): { isEmulated: boolean; plugin: Plugin } {
  const isEmulated = !env.SCENARIO_SDK_API_KEY && !env.SCENARIO_SDK_API_SECRET;
  const mount = ({ middlewares, config: { logger } }: ViteDevServer | PreviewServer) => {
    middlewares.use(isEmulated ? emulatorMiddleware(createDemoEmulator()) : proxyMiddleware());
    logger.info(isEmulated ? '  The API is emulated.' : '  The real API, through the proxy.');
  };
  return {
    isEmulated,
    plugin: { name: 'scenario-backend', configureServer: mount, configurePreviewServer: mount },
  };
}
