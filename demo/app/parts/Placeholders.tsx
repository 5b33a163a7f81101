/** More of them than fit on a screen tell nothing more. */
const MOST = 24;

/** Tiles that are counted already and whose pictures are not known yet. */
export function Placeholders({ howMany }: { howMany: number }) {
  return Array.from({ length: Math.min(MOST, Math.max(0, howMany)) }, (_, cell) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: one is like the other
    <li key={`placeholder-${cell}`} className="tile skeleton" aria-hidden="true" />
  ));
}
