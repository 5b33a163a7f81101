/// <reference types="vite/client" />
import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { transformSync } from '@babel/core';
import * as query from '@tanstack/react-query';
import * as react from 'react';
import * as jsxRuntime from 'react/jsx-runtime';
import ts from 'typescript';

const ROOT = resolve(import.meta.dirname, '../../..');

/** What needs no compiling: there is no component and no hook in it. */
const plain = import.meta.glob('../../../src/{client,api/**/*,http/**/*,ledger/**/*,query/**/*}.ts', { eager: true });

const packages: Record<string, unknown> = {
  react,
  'react/jsx-runtime': jsxRuntime,
  '@tanstack/react-query': query,
  // What a compiled file asks of React 19, made of what React 18 has as well.
  'react/compiler-runtime': {
    c: (size: number) => react.useState(() => Array(size).fill(Symbol.for('react.memo_cache_sentinel')))[0],
  },
};

/**
 * Loads a module with React Compiler run over it and over all of `src/react`.
 *
 * A component or hook that the compiler would pass over, because it breaks a rule of React's, is an error here.
 */
export function loadCompiled(path: string): { module: Record<string, unknown>; compiled: string[] } {
  const compiled: string[] = [];
  const modules = new Map<string, { exports: Record<string, unknown> }>();

  const load = (file: string): Record<string, unknown> => {
    const known = modules.get(file);
    if (known) return known.exports;
    const module = { exports: {} };
    modules.set(file, module);
    const code = compile(file);
    if (code.includes('react/compiler-runtime')) compiled.push(relative(ROOT, file));
    const require = (name: string) => {
      if (!name.startsWith('.')) {
        if (!(name in packages)) throw new Error(`${file} imports ${name}, which is not at hand here.`);
        return packages[name];
      }
      const target = resolve(dirname(file), name);
      return plain[`../../../${relative(ROOT, target)}`] ?? load(target);
    };
    new Function('module', 'exports', 'require', code)(module, module.exports, require);
    return module.exports;
  };

  return { module: load(resolve(ROOT, path)), compiled };
}

function compile(filename: string): string {
  const memoised = transformSync(readFileSync(filename, 'utf8'), {
    filename,
    babelrc: false,
    configFile: false,
    parserOpts: { plugins: ['typescript', 'jsx'] },
    plugins: [['babel-plugin-react-compiler', { target: '19', panicThreshold: 'all_errors' }]],
  });
  return ts.transpileModule(memoised?.code ?? '', {
    fileName: filename,
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      jsx: ts.JsxEmit.ReactJSX,
      verbatimModuleSyntax: false,
    },
  }).outputText;
}
