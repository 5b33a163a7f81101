import { createRoot } from 'react-dom/client';

/** React in a page. */
export function mount(element) {
  const root = createRoot(document.body.appendChild(document.createElement('div')));
  root.render(element);
  return { text: () => document.body.lastElementChild.textContent, unmount: () => root.unmount() };
}
