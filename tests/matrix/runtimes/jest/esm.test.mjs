import * as query from '@tanstack/react-query';
import react from 'react';
import { check } from '../checks.mjs';
import { mount } from '../dom.mjs';
import * as entries from '../entries.mjs';

test('ESM in jsdom', async () => {
  const proxy = process.env.PROXY;
  expect(await check({ entries, react, query, mount, proxy, isPublic: true })).toBe(process.env.CHECKS);
});
