import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { applyAcceptances, readAcceptances } from './acceptances.ts';
import { compareDocuments, unique } from './compare-documents.ts';
import type { Comparison } from './documents/read-documents.ts';
import { outcomeOf, type Report } from './reports/report.ts';
import { semverStep } from './semver-step.ts';

/** Compares, judges and takes the acceptances into account. @throws CouldNotTell */
export async function reportDrift(root: string, comparisons: readonly Comparison[], now: Date): Promise<Report> {
  const acceptances = await readAcceptances(root, now);
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const found = await Promise.all(comparisons.map(({ base, head }) => compareDocuments(base, head)));
  // A change of the provider's document shows with the overlay applied, too: the same change, once.
  const changes = applyAcceptances(unique(found.flatMap((differences) => differences.changes)), acceptances, now);
  const opinions = found.map(({ secondOpinion }) => secondOpinion);
  const unavailable = opinions.find((opinion) => opinion.unavailable !== undefined)?.unavailable;
  return {
    outcome: outcomeOf(changes),
    step: semverStep(changes, version),
    comparisons: comparisons.map(({ name, from, to }) => ({ name, from, to })),
    changes,
    secondOpinion: {
      stricter: [...new Set(opinions.flatMap(({ stricter }) => stricter))],
      milder: [...new Set(opinions.flatMap(({ milder }) => milder))],
      ...(unavailable !== undefined && { unavailable }),
    },
  };
}
