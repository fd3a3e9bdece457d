import { naiveLoops } from './loops.ts';
import type { LoopName } from './loops.ts';
import { listedIds, runLoop } from './run-loop.ts';
import type { LoopResult } from './run-loop.ts';
import { scenarios } from './scenarios.ts';
import type { ScenarioName } from './scenarios.ts';

export const loopNames = Object.keys(naiveLoops) as LoopName[];
export const scenarioNames = Object.keys(scenarios) as ScenarioName[];

/** The outcome of every loop in every scenario. */
export type NaiveResults = Readonly<Record<ScenarioName, Readonly<Record<LoopName, LoopResult>>>>;

/** Runs every loop in every scenario, one after another. */
export async function runAll(): Promise<NaiveResults> {
  const results: [ScenarioName, Record<LoopName, LoopResult>][] = [];
  for (const scenario of scenarioNames) {
    const before = await listedIds(scenario);
    const ofScenario: [LoopName, LoopResult][] = [];
    for (const loop of loopNames) ofScenario.push([loop, await runLoop(loop, scenario, before)]);
    results.push([scenario, Object.fromEntries(ofScenario) as Record<LoopName, LoopResult>]);
  }
  return Object.fromEntries(results) as NaiveResults;
}
