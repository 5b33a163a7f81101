import TestRenderer from 'react-test-renderer';

/** React without a DOM, for what has none. */
export function mount(element) {
  const root = TestRenderer.create(element);
  return { text: () => root.toJSON(), unmount: () => root.unmount() };
}
