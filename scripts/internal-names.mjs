import ts from 'typescript';
import { flowsIn } from './flows.mjs';
import { declarationsOf, isMemberName } from './members.mjs';
import { namesSeenOutside } from './seen-outside.mjs';
import { shorten } from './shorten.mjs';

/**
 * The names that the build may shorten, those of members that nobody outside knows, and what they are called then.
 *
 * A minifier shortens `#private` names and local ones by itself, but cannot know that nobody outside calls `ledger.releaseDeferredRead`.
 * Law: a name is among them only if all that bears it in `src` is such a member. So nothing that a user can read, that is stored, sent
 * or looked up by a text has another name in the package than here.
 *
 * Members of two classes or types may get the same name, as `#private` ones do. Law: no object has two members of one name.
 *
 * @returns {Record<string, string>}
 */
export function internalNames() {
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
  const { options, fileNames } = ts.parseJsonConfigFileContent({ ...config, include: ['src'] }, ts.sys, '.');
  const program = ts.createProgram(fileNames, options);
  const checker = program.getTypeChecker();
  const files = new Set(
    program
      .getSourceFiles()
      .filter((file) => !file.isDeclarationFile && !program.isSourceFileFromExternalLibrary(file)),
  );
  const flows = flowsIn(checker, files);
  const taken = namesSeenOutside(checker, files, flows);
  const uses = new Map();

  /** @param {ts.Declaration} declaration */
  const isOurs = (declaration) => files.has(declaration.getSourceFile());

  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isIdentifier(node) && isMemberName(node)) {
      const declarations = declarationsOf(checker, node);
      if (!declarations.length || !declarations.every(isOurs)) taken.add(node.text);
      uses.set(node.text, (uses.get(node.text) ?? 0) + 1);
    }
    ts.forEachChild(node, visit);
  };

  for (const file of files) visit(file);
  const names = [...uses.keys()].filter((name) => !taken.has(name));
  return shorten(
    names.sort((a, b) => uses.get(b) - uses.get(a)),
    checker,
    files,
    flows,
  );
}

/** What has esbuild shorten them. */
export function shortening() {
  const mangleCache = internalNames();
  return { mangleProps: new RegExp(`^(${Object.keys(mangleCache).join('|')})$`), mangleCache };
}
