import * as query from '@tanstack/react-query';
import * as react from 'react';
import { check } from './checks';
import * as entries from './entries';
import { mount } from './renderer';

// What changes here changes by itself, as in an app: nothing is wrapped into act().
globalThis.IS_REACT_ACT_ENVIRONMENT = false;

test('the hooks in the preset', async () => {
  expect(await check({ entries, react, query, mount })).toBe(process.env.CHECKS);
});
