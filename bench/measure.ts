import type { Contender } from './contenders.ts';

/** Medians over the rounds; the ratios are taken within each round, so that a machine that slows down harms no one. */
export interface Measured {
  readonly name: string;
  readonly rowsPerSecond: number;
  readonly ofOpenapiFetch: number;
  /** Speed by that of the fastest loop over another client. */
  readonly ofFastestLoop: number;
}

/** Lets the contenders read in turn, after a round that warms up, each round in another order: places matter. */
export async function measure(contenders: readonly Contender[], rows: number, rounds: number): Promise<Measured[]> {
  await measureRound(contenders, rows);
  const speeds: Map<string, number>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    speeds.push(await measureRound(orderOf(contenders, round), rows));
  }

  const loops = contenders.filter(({ isLoop }) => isLoop).map(({ name }) => name);
  const speedIn = (round: Map<string, number>, name: string): number => round.get(name) ?? NaN;
  const fastestIn = (round: Map<string, number>): number => Math.max(...loops.map((name) => speedIn(round, name)));
  return contenders.map(({ name }) => ({
    name,
    rowsPerSecond: median(speeds.map((round) => speedIn(round, name))),
    ofOpenapiFetch: median(speeds.map((round) => speedIn(round, name) / speedIn(round, 'openapi-fetch'))),
    ofFastestLoop: median(speeds.map((round) => speedIn(round, name) / fastestIn(round))),
  }));
}

/** Each begins a round in its turn, and every second round runs backwards, so that neighbours change sides. */
function orderOf(contenders: readonly Contender[], round: number): Contender[] {
  const first = round % contenders.length;
  const order = [...contenders.slice(first), ...contenders.slice(0, first)];
  return round % 2 === 0 ? order : order.toReversed();
}

async function measureRound(contenders: readonly Contender[], rows: number): Promise<Map<string, number>> {
  const speeds = new Map<string, number>();
  for (const contender of contenders) speeds.set(contender.name, await speedOf(contender, rows));
  return speeds;
}

async function speedOf({ name, read }: Contender, rows: number): Promise<number> {
  const begun = performance.now();
  const found = await read();
  const seconds = (performance.now() - begun) / 1000;
  if (found !== rows) throw new Error(`${name} read ${found} of ${rows} rows`);
  return rows / seconds;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}
