import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'esbuild';
import { shortening } from '../../scripts/internal-names.mjs';

const OUT = ['react', 'react/jsx-runtime', 'react-dom', '@tanstack/react-query', 'ofetch'];

/**
 * What an import costs in a user's page: minified, brotli, without peers and ofetch.
 *
 * @param {string} src The sources of this library.
 * @param {string} names What stands between `import` and `from`.
 * @returns {Promise<{ minified: number, brotli: number }>}
 */
export async function bundleBytes(src, names) {
  const { outputFiles } = await build({
    stdin: {
      contents: names === '*' ? `export * from '${src}/index.ts'` : `export ${names} from '${src}/index.ts'`,
      resolveDir: src,
    },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    ...shortening(),
    external: OUT,
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const bytes = outputFiles[0].contents;
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
  return { minified: bytes.length, brotli };
}
