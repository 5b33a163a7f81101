export { check } from './checks.mjs';
export { mount } from './dom.mjs';
