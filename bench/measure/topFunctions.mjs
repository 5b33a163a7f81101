/**
 * The functions of a CPU profile that took the most time themselves, with who called them.
 *
 * @param {{ nodes: object[], samples: number[], timeDeltas: number[] }} profile
 * @param {number} most
 */
export function topFunctions({ nodes, samples, timeDeltas }, most) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const label = ({ functionName }) => functionName || '(anonymous)';
  const found = new Map();
  samples.forEach((id, i) => {
    const node = byId.get(id);
    const { url, lineNumber, columnNumber } = node.callFrame;
    const key = `${label(node.callFrame)} ${url}:${lineNumber}:${columnNumber}`;
    const one = found.get(key) ?? { ms: 0, name: label(node.callFrame), at: `:${lineNumber + 1}`, callers: new Map() };
    const ms = (timeDeltas[i] ?? 0) / 1_000;
    one.ms += ms;
    const parent = byId.get(parents.get(id));
    const caller = parent ? label(parent.callFrame) : '(root)';
    one.callers.set(caller, (one.callers.get(caller) ?? 0) + ms);
    found.set(key, one);
  });
  return [...found.values()]
    .filter(({ name }) => name !== '(idle)')
    .sort((a, b) => b.ms - a.ms)
    .slice(0, most)
    .map((one) => ({
      ...one,
      callers: [...one.callers]
        .sort(([, a], [, b]) => b - a)
        .slice(0, 3)
        .map(([name, ms]) => `${name} ${Math.round((100 * ms) / one.ms)}%`)
        .join(', '),
    }));
}
