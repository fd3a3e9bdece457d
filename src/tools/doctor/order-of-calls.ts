/** `honoured`: as asked; `ignored`: the same whatever is asked; `refused`: the parameter is; `unknown`: can't be told. */
export type OrderVerdict = 'honoured' | 'ignored' | 'refused' | 'unknown';

export type Direction = 'asc' | 'desc' | 'mixed';

/** In which direction times run; undefined where there are no two different ones. */
export function directionOf(times: readonly Date[]): Direction | undefined {
  const steps = new Set(
    times.slice(1).map((time, index) => Math.sign(time.getTime() - (times[index]?.getTime() ?? 0))),
  );
  steps.delete(0);
  if (steps.size === 0) return undefined;
  if (steps.size > 1) return 'mixed';
  return steps.has(1) ? 'asc' : 'desc';
}

/** What became of `order` (fact 16), by a page that was asked for in descending and one in ascending order. */
export function judgeOrder(
  descending: Direction | undefined,
  ascending: Direction | undefined,
): Exclude<OrderVerdict, 'refused'> {
  if (descending === 'desc' && ascending === 'asc') return 'honoured';
  const isContrary = (found: Direction | undefined, asked: Direction): boolean =>
    found !== undefined && found !== asked;
  return isContrary(descending, 'desc') || isContrary(ascending, 'asc') ? 'ignored' : 'unknown';
}
