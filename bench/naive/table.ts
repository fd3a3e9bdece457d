import { type LoopName, naiveLoops } from './loops.ts';
import { listedIds, type LoopResult, runLoop } from './run-loop.ts';
import { type ScenarioName, scenarios } from './scenarios.ts';

const loopNames = Object.keys(naiveLoops) as LoopName[];
const scenarioNames = Object.keys(scenarios) as ScenarioName[];

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

/** A Markdown table of what each loop lost and repeated. */
export function naiveTable(results: NaiveResults): string {
  const head = ['The server', ...loopNames.map((name) => `\`${name}\``)];
  const line = ['---', ...loopNames.map(() => '---:')];
  const body = scenarioNames.map((scenario) => [scenario, ...loopNames.map((loop) => cell(results[scenario][loop]))]);
  return [head, line, ...body].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

function cell(result: LoopResult): string {
  if ('error' in result) return `stopped: ${result.error}`;
  const { lost, repeated } = result;
  const parts = [
    ...(lost > 0 ? [`**${lost.toLocaleString('en-US')} lost**`] : []),
    ...(repeated > 0 ? [`${repeated.toLocaleString('en-US')} repeated`] : []),
  ];
  return parts.length > 0 ? parts.join(', ') : 'complete';
}
