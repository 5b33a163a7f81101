import { readFile, writeFile } from 'node:fs/promises';

// Bundlers drop or move the directive (esbuild hoists imports over it), so it is put there after the build.
for (const file of ['dist/index.js', 'dist/index.cjs']) {
  const code = await readFile(file, 'utf8');
  if (!code.startsWith("'use client'")) await writeFile(file, `'use client';\n${code}`);
}
