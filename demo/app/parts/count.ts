/** A number with its word: 1 asset, 2 assets. */
export const count = (n: number, word: string) => `${n.toLocaleString('en')} ${word}${n === 1 ? '' : 's'}`;
