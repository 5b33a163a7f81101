import { spawnSync } from 'node:child_process';

/** Builds the package. `npm test` builds once, for all its stages. */
if (!process.env.PACKAGE_IS_BUILT) {
  for (const command of ['tsup --silent', 'node scripts/finish-build.mjs']) {
    const { status } = spawnSync(command, { stdio: 'inherit', shell: true });
    if (status !== 0) process.exit(status ?? 1);
  }
}
