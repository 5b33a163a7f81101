import { getDefaultConfig, mergeConfig } from '@react-native/metro-config';
import Metro from 'metro';

const [, , out, packageExports] = process.argv;

// Up to React Native 0.78 Metro does not read `exports`.
const config = mergeConfig(await getDefaultConfig(process.cwd()), {
  resolver: { unstable_enablePackageExports: packageExports === 'exports' },
  reporter: { update: () => undefined },
  // Shared by the two bundles. What a file is made into does not hang on how it was found.
  cacheStores: ({ FileStore }) => [new FileStore({ root: `${process.cwd()}/metro-cache` })],
  maxWorkers: 1,
  watchFolders: [process.cwd()],
});
await Metro.runBuild(config, { entry: 'app.js', out, dev: false, minify: false, platform: 'ios' });
