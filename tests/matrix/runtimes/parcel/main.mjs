import * as query from '@tanstack/react-query';
import * as react from 'react';
import { check } from '../checks.mjs';
import { mount } from '../dom.mjs';
import * as entries from '../entries.mjs';

check({ entries, react, query, mount, proxy: `${location.origin}/api/scenario`, isPublic: true }).then(
  (done) => {
    document.title = done;
  },
  (error) => {
    document.title = `failed: ${error.stack}`;
  },
);
