import type { TimeWindow } from '../../core/errors/index.ts';
import { type EndedEarly, missingWindows } from '../export/index.ts';
import type { ExportPlan } from './plan-export.ts';
import { rangeFlagNames } from './range-flags.ts';
import { counted, shellWords } from './terminal/text.ts';

/** What an export that ended early has left to do. */
export interface Remainder {
  /** Where the calls are that were written, if they are kept. */
  readonly kept: string | undefined;
  /** Which are missing. */
  readonly missing: string;
  /** How to get them. */
  readonly steps: readonly string[];
  /** The same for programs. */
  readonly json: Record<string, unknown>;
}

/** So many windows are named; the note has them all. */
const mostNamed = 10;

/** Undefined if nothing was written, so that the same command begins anew, or if it is not known what is missing. */
export function remainderOf(
  { kept, unwritten, calls }: EndedEarly,
  plan: ExportPlan,
  args: readonly string[],
): Remainder | undefined {
  if (kept) {
    const { path, notePath, resume } = kept;
    const windows = resume.windows.map(({ from, to }) => ({ from: new Date(from), to: new Date(to) }));
    return {
      kept: `${counted(kept.calls, 'call')} ${kept.calls === 1 ? 'is' : 'are'} kept in ${path}`,
      missing: `those ${describe(windows, plan.range.to)} are missing`,
      steps: [`To go on: ${resumeCommand(args)}`],
      json: { partial: { file: path, note: notePath, calls: kept.calls }, unwritten: resume.windows },
    };
  }
  const nothingWritten = calls === 0 && unwritten?.torn !== true;
  if (plan.file !== undefined || unwritten === undefined || nothingWritten) return undefined;
  const tornFrom = unwritten.torn === true ? unwritten.from : undefined;
  const windows = missingWindows(unwritten, plan.range.to);
  return {
    kept: undefined,
    missing: `the calls ${describe(windows, plan.range.to)} are missing`,
    steps: [...(tornFrom ? [takeOut(tornFrom)] : []), ...ranges(windows, args)],
    json: { unwritten: windows, partlyWrittenFrom: tornFrom },
  };
}

function describe(windows: readonly TimeWindow[], end: Date): string {
  const [first, last] = [windows[0], windows.at(-1)];
  if (first === undefined || last === undefined) return 'of no window';
  const span = `from ${instant(first.from)} ${last.to < end ? `up to ${instant(last.to)}` : 'on'}`;
  return windows.length === 1 ? span : `in ${windows.length} windows ${span}`;
}

/** The command as it was typed, but for what is done once; it holds no secret, since those are no flags. */
function resumeCommand(args: readonly string[]): string {
  return shellWords(['vbc-reports', ...args.filter((arg) => !onceOnly.has(arg)), '--resume']);
}

const onceOnly = new Set(['--resume', '--reset-login']);

/** What the reader has got of these is unknown; without this step, going on would write some of them twice. */
function takeOut(from: Date): string {
  return `First: take out of the output what it has of calls from ${instant(from)} on; its last line may be cut.`;
}

/** Nothing is kept of standard output, but what is missing can be exported by itself. */
function ranges(windows: readonly TimeWindow[], args: readonly string[]): string[] {
  const others = withoutRange(args.filter((arg) => !onceOnly.has(arg)));
  const named = windows
    .slice(0, mostNamed)
    .map(
      ({ from, to }) =>
        `To go on: ${shellWords(['vbc-reports', ...others, '--from', instant(from), '--to', instant(to)])}`,
    );
  return windows.length > mostNamed
    ? [...named, `and ${windows.length - mostNamed} more (--json names them all)`]
    : named;
}

/** The arguments without the flags that name the range, and without their values. */
function withoutRange(args: readonly string[]): string[] {
  return args.filter((arg, index) => {
    const isValue = rangeFlagNames.includes(args[index - 1] ?? '');
    return !isValue && !rangeFlagNames.some((name) => arg === name || arg.startsWith(`${name}=`));
  });
}

/** To the second, in UTC. */
function instant(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}
