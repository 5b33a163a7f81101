import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'jsdom',
          include: ['tests/**/*.test.{ts,tsx}'],
          exclude: ['tests/package/**', 'tests/browser/**', 'tests/laws/**', '**/node_modules/**'],
        },
      },
      { test: { name: 'laws', environment: 'jsdom', include: ['tests/laws/**/*.test.{ts,tsx}'] } },
    ],
  },
});
