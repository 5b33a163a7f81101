const index = require('scenario-react');
const client = require('scenario-react/client');
const server = require('scenario-react/server');
const testing = require('scenario-react/testing');
const msw = require('msw');
const mswNode = require('msw/node');

import('./check.mjs')
  .then(({ check }) => check({ index, client, server, testing, msw, mswNode }))
  .then(() => console.log('CJS works'));
