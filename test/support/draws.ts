/** The number of draws of a property test: few in `npm test`, many in `npm run test:long`. */
export function draws(quick: number, long: number): number {
  return process.env.LONG_TESTS === '1' ? long : quick;
}
