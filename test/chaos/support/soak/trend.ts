/** A straight line through points, by least squares. */
export interface Trend {
  /** Growth of y by 1 of x. */
  slope: number;
  /** Standard error of the slope: how far off chance alone would put it. */
  error: number;
}

export function trendOf(points: readonly (readonly [x: number, y: number])[]): Trend {
  const count = points.length;
  const mean = (pick: 0 | 1) => points.reduce((sum, point) => sum + point[pick], 0) / count;
  const [middleX, middleY] = [mean(0), mean(1)];
  const spread = points.reduce((sum, [x]) => sum + (x - middleX) ** 2, 0);
  if (count < 3 || spread === 0) return { slope: 0, error: Number.POSITIVE_INFINITY };
  const slope = points.reduce((sum, [x, y]) => sum + (x - middleX) * (y - middleY), 0) / spread;
  const left = points.reduce((sum, [x, y]) => sum + (y - middleY - slope * (x - middleX)) ** 2, 0);
  return { slope, error: Math.sqrt(left / (count - 2) / spread) };
}

/**
 * Whether it grows by more than the bound, and that not by chance: two standard errors are granted.
 * @param bound growth of y by 1 of x
 */
export function growsBeyond({ slope, error }: Trend, bound: number): boolean {
  return slope - 2 * error > bound;
}
