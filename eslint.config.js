import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

// Biome lints everything; ESLint is here for the Rules of React alone, which the React Compiler relies on.
export default [
  { ignores: ['**/dist/**'] },
  {
    files: ['**/*.{ts,tsx}'],
    languageOptions: { parser: tseslint.parser },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    ...reactHooks.configs.flat['recommended-latest'],
  },
];
