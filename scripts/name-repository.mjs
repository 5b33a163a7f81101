// Writes into package.json where the project lives (`repository`, `bugs`, `homepage`), before a package is published: node scripts/name-repository.mjs
// The workflow that publishes knows it, so a fork names itself, and the registry's check of the provenance holds.
import { readFileSync, writeFileSync } from 'node:fs';

const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env;
if (!server || !name)
  throw new Error(
    'GITHUB_SERVER_URL and GITHUB_REPOSITORY are not set: GitHub Actions sets them, and nothing else publishes.',
  );
const address = `${server}/${name}`;
const manifest = {
  ...JSON.parse(readFileSync('package.json', 'utf8')),
  repository: { type: 'git', url: `git+${address}.git` },
  bugs: `${address}/issues`,
  homepage: `${address}#readme`,
};
writeFileSync('package.json', `${JSON.stringify(manifest, null, 2)}\n`);
