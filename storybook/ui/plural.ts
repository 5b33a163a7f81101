/** A number with its noun: 1 asset, 2 assets. */
export const plural = (count: number, noun: 'asset' | 'model' | 'item'): string =>
  `${count} ${noun}${count === 1 ? '' : 's'}`;
