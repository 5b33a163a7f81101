const query = require('@tanstack/react-query');
const react = require('react');
const { check, mount } = require('../checks.cjs');
const entries = require('../entries.cjs');

test('CJS in jsdom', async () => {
  const proxy = process.env.PROXY;
  expect(await check({ entries, react, query, mount, proxy, isPublic: true })).toBe(process.env.CHECKS);
});
