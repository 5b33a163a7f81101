/** The value below which a share of the values lies. */
function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)];
  return low + (sorted[Math.ceil(at)] - low) * (at % 1);
}

/** The middle of many values. */
export const median = (values) => quantile(values, 0.5);

/** Median and the range of the middle half. */
export const summary = (values) => ({
  median: median(values),
  low: quantile(values, 0.25),
  high: quantile(values, 0.75),
});

/**
 * How often a subject's cost is the floor's, round by round, since the two of a round ran next to each other.
 *
 * @param {number[][]} rounds The subject's values, by round.
 * @param {number[][]} floor The floor's, by round.
 */
export const ratios = (rounds, floor) =>
  summary(rounds.flatMap((values, i) => (floor[i] ? [median(values) / median(floor[i])] : [])));
