import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDemoEmulator, type DemoEmulator } from './createDemoEmulator.ts';
import { emulatorMiddleware } from './emulatorMiddleware.ts';

export { createDemoEmulator, type DemoEmulator } from './createDemoEmulator.ts';
export { emulatorMiddleware } from './emulatorMiddleware.ts';

/** The emulator as a server of its own, on this machine only. Port 0, the default, takes a free one. */
export async function startEmulatorServer(
  demo: DemoEmulator = createDemoEmulator(),
  port = 0,
): Promise<{ url: string; close: () => Promise<void> }> {
  const middleware = emulatorMiddleware(demo);
  const server = createServer((request, response) => {
    middleware(request, response, () => {
      response.writeHead(404).end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${taken}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}
