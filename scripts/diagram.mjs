/** @typedef {{ title: string, code?: string, text?: string, note?: string } | { arrow: string }} Part */

/**
 * What no screen shows, for the guides of these names.
 *
 * @type {Record<string, Part[]>}
 */
export const DIAGRAMS = {
  'keeping-the-secret': [
    { title: 'The page', code: "new Scenario({ baseURL: '/api/scenario' })", note: 'no secret' },
    { arrow: 'its visitor’s session' },
    { title: 'Your server', code: 'createScenarioProxy({ authorize })', note: 'key and secret' },
    { arrow: 'only documented calls' },
    { title: 'The API', code: 'api.cloud.scenario.com' },
  ],
  'server-rendering': [
    { title: 'On the server', code: 'prefetchInfiniteQuery', note: 'reads the list' },
    { arrow: 'dehydrate' },
    { title: 'The page on its way', code: 'HydrationBoundary', note: 'has the list in it' },
    { arrow: 'hydrate' },
    { title: 'In the browser', code: 'useCollections', note: 'reads nothing' },
  ],
  vite: [
    { title: 'The page', code: "fetch('/api/scenario/…')", note: 'the same in both' },
    { arrow: 'Vite’s dev server' },
    { title: 'An emulator in it', code: 'createScenarioEmulator', note: 'to begin with' },
    { arrow: 'or, later' },
    { title: 'Your back end', code: 'server.proxy', note: 'with the proxy in it' },
  ],
  'react-native': [
    { title: 'NetInfo, AppState, AsyncStorage', text: 'what the phone knows' },
    { arrow: 'you connect' },
    { title: 'onlineManager, focusManager, outbox', text: 'TanStack Query’s, and ours' },
    { arrow: 'by itself' },
    { title: 'The hooks', text: 'wait, read again, outlive the app' },
  ],
};

const STYLE = `
  body { margin: 0; background: #fff; color: #1b1d26; font: 15px/1.45 system-ui, sans-serif; }
  #picture { display: flex; align-items: center; gap: 12px; padding: 32px 24px; background: #f4f4f7; }
  .box { flex: 1; min-width: 0; padding: 18px 16px; border: 1px solid #c3c6d1; border-radius: 10px; background: #fff; text-align: center; }
  .box b { display: block; }
  .box code, .box p { display: block; margin: 6px 0 0; color: #565b6b; font-size: 13px; overflow-wrap: anywhere; }
  .box code { font-size: 12px; }
  .box span { display: inline-block; margin-top: 10px; padding: 2px 10px; border-radius: 10px; background: #ecebfd; color: #4436bd; font-size: 13px; }
  .arrow { flex: none; width: 84px; color: #565b6b; font-size: 12px; text-align: center; }
  .arrow::after { content: "⟶"; display: block; color: #5546d6; font-size: 26px; line-height: 1; }
`;

const element = (tag, text) => (text === undefined ? '' : `<${tag}>${text}</${tag}>`);

/**
 * A page with boxes and arrows between them.
 *
 * @param {Part[]} parts
 * @returns {string}
 */
export function diagram(parts) {
  const drawn = parts.map((part) => {
    if ('arrow' in part) return `<div class="arrow">${part.arrow}</div>`;
    const { title, code, text, note } = part;
    return `<div class="box">${element('b', title)}${element('code', code)}${element('p', text)}${element('span', note)}</div>`;
  });
  return `<!doctype html><meta charset="utf-8"><style>${STYLE}</style><div id="picture">${drawn.join('')}</div>`;
}
