/** The number of draws of a property test: few in `npm test`, many in `npm run test:long`. */
export function draws(quick: number, long: number): number {
  return process.env.LONG_TESTS === '1' ? long : quick;
}

/**
 * The number of processes that a test kills: a few in `npm test`, more in `npm run test:long`, and with `KILLS=all` its part
 * of 200, for those who change how a store is written.
 */
export function kills(quick: number, long: number, of200: number): number {
  return process.env.KILLS === 'all' ? of200 : draws(quick, long);
}

/** Numbers from 0 to 1 that follow from a seed. */
export function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
