import { loopNames, scenarioNames } from './run-all.ts';
import type { NaiveResults } from './run-all.ts';
import type { LoopResult } from './run-loop.ts';

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
