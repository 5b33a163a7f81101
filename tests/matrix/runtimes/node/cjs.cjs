const query = require('@tanstack/react-query');
const react = require('react');
const entries = require('../entries.cjs');

/** Only these two are ES modules, and hold nothing of the package. */
Promise.all([import('../checks.mjs'), import('../renderer.mjs'), import('./listen.mjs')]).then(
  async ([{ check, serve }, { mount }, { listen }]) => {
    const { url, close } = await listen(serve(entries));
    console.log(await check({ entries, react, query, mount, proxy: `${url}/api/scenario` }));
    close();
  },
);
