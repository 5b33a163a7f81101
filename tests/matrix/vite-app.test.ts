import { chromium } from 'playwright';
import { preview } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { browserArgs, ensureBrowser } from '../../scripts/browser.mjs';
import { command, type Installed, install } from './packed.ts';

let app: Installed;
beforeAll(async () => {
  app = await install('vite-app');
});
afterAll(() => app.remove());

test('a fresh Vite app compiles on an old TypeScript, builds, and counts in a browser', async () => {
  await command(app.folder, 'npm', 'run', 'build');
  const server = await preview({ root: app.folder, configFile: false, logLevel: 'error', preview: { port: 0 } });
  const browser = await chromium.launch({ executablePath: ensureBrowser(), args: browserArgs });
  try {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(server.resolvedUrls?.local[0] ?? '');
    await page.getByText('Trees: 0').waitFor();
    await page.getByRole('button', { name: 'Add three' }).click();
    await page.getByText('Trees: 3').waitFor();
    expect(complaints).toEqual([]);
  } finally {
    await browser.close();
    await server.close();
  }
});
