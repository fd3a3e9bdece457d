import type { Contender } from './contenders.ts';
import { median } from './median.ts';

export interface Measured {
  readonly name: string;
  readonly rowsPerSecond: number;
}

/** Lets the contenders read in turn, round after round, so that what else the machine does meets all of them. */
export async function measure(contenders: readonly Contender[], rows: number, rounds: number): Promise<Measured[]> {
  const speeds = contenders.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, contender] of contenders.entries()) {
      speeds[index]?.push(await speedOf(contender, rows));
    }
  }
  return contenders.map(({ name }, index) => ({ name, rowsPerSecond: median(speeds[index] ?? []) }));
}

async function speedOf({ name, read }: Contender, rows: number): Promise<number> {
  globalThis.gc?.();
  const begun = performance.now();
  const found = await read();
  const seconds = (performance.now() - begun) / 1000;
  if (found !== rows) throw new Error(`${name} read ${found} of ${rows} rows`);
  return rows / seconds;
}
