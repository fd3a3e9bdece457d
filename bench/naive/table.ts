import { naiveLoops } from './loops.ts';
import type { LoopName } from './loops.ts';
import { runLoop } from './run-loop.ts';
import type { LoopResult } from './run-loop.ts';
import { scenarios } from './scenarios.ts';
import type { ScenarioName } from './scenarios.ts';

const loopNames = Object.keys(naiveLoops) as LoopName[];
const scenarioNames = Object.keys(scenarios) as ScenarioName[];

/** Runs every loop in every scenario; a Markdown table of what each lost and repeated. */
export async function naiveTable(): Promise<string> {
  const lines = [
    row(['The server', ...loopNames.map((name) => `\`${name}\``)]),
    row(['---', ...loopNames.map(() => '---:')]),
  ];
  for (const scenario of scenarioNames) {
    const cells: string[] = [];
    for (const loop of loopNames) cells.push(cell(await runLoop(loop, scenario)));
    lines.push(row([scenario, ...cells]));
  }
  return `${lines.join('\n')}\n`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
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
