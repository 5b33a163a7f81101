import * as query from '@tanstack/react-query';
import react from 'react';
import { check, serve } from '../checks.mjs';
import * as entries from '../entries.mjs';
import { mount } from '../renderer.mjs';
import { listen } from './listen.mjs';

const { url, close } = await listen(serve(entries));
console.log(await check({ entries, react, query, mount, proxy: `${url}/api/scenario` }));
close();
