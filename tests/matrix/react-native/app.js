import * as query from '@tanstack/react-query';
import * as react from 'react';
import { check } from './checks';
import * as entries from './entries';
import { mount } from './renderer';

globalThis.result = check({ entries, react, query, mount, isPublic: true });
