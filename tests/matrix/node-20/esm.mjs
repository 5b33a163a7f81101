import * as msw from 'msw';
import * as mswNode from 'msw/node';
import * as index from 'scenario-react';
import * as client from 'scenario-react/client';
import * as server from 'scenario-react/server';
import * as testing from 'scenario-react/testing';
import { check } from './check.mjs';

await check({ index, client, server, testing, msw, mswNode });
console.log('ESM works');
