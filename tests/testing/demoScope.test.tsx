import { beforeEach, expect, test, vi } from 'vitest';

// There is nothing here that its outbox could keep changes in.
beforeEach(() => void vi.spyOn(console, 'warn').mockImplementation(() => undefined));

async function scopeOf(isEmulated: boolean): Promise<string> {
  vi.resetModules();
  vi.stubEnv('VITE_EMULATED', isEmulated ? 'true' : '');
  const { client } = await import('../../demo/app/client.ts');
  return client.scope;
}

test('what the demo has asked of the emulator is neither shown nor sent where an account answers at the same address', async () => {
  expect(await scopeOf(true)).not.toBe(await scopeOf(false));
});
