import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '..', '..');
const folder = join(root, '.github', 'workflows');

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}

interface Workflow {
  permissions?: Record<string, string>;
  jobs: Record<string, { permissions?: Record<string, string>; 'timeout-minutes'?: number; steps: Step[] }>;
}

const workflows = readdirSync(folder).map((name) => {
  const text = readFileSync(join(folder, name), 'utf8');
  return { name, text, workflow: parse(text) as Workflow };
});

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

describe.each(workflows)('.github/workflows/$name', ({ text, workflow }) => {
  const jobs = Object.values(workflow.jobs);
  const steps = jobs.flatMap((job) => job.steps);

  it('grants a job only the permissions that it asks for', () => {
    expect(workflow.permissions).toEqual({});
    expect(jobs.every((job) => job.permissions !== undefined)).toBe(true);
  });

  it('gives every job a time limit, instead of the six hours that are the default', () => {
    expect(jobs.every((job) => job['timeout-minutes'] !== undefined)).toBe(true);
  });

  it('names actions by the hash of a commit, with the version in a comment', () => {
    const uses = text.split('\n').filter((line) => /\buses:/.test(line));
    expect(uses.length).toBeGreaterThan(0);
    for (const line of uses) expect(line).toMatch(/uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('keeps credentials out of checkouts', () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts.map((step) => step.with?.['persist-credentials'])).toEqual(checkouts.map(() => false));
  });

  it('runs only npm scripts that package.json has', () => {
    const named = [...text.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, name]) => name);
    expect(named.filter((name) => scripts[name ?? ''] === undefined)).toEqual([]);
  });
});

describe('.github/workflows/ci.yml', () => {
  it('runs the same npm scripts as .ci/run, and nothing else', () => {
    const local = readFileSync(join(root, '.ci', 'run'), 'utf8');
    const here = [...local.matchAll(/^step ([\w:-]+)/gm)].map(([, name]) => name);
    const ci = workflows.find(({ name }) => name === 'ci.yml');
    const commands = Object.values(ci?.workflow.jobs ?? {}).flatMap(({ steps }) =>
      steps.flatMap(({ run }) => run ?? []),
    );
    expect(commands.filter((command) => !/^npm (ci|test|run [\w:-]+)$/.test(command))).toEqual([]);
    const there = commands.map((command) => command.replace(/^npm (run )?/, '')).filter((name) => name !== 'ci');
    expect([...new Set(there)].sort()).toEqual([...new Set(here)].sort());
  });
});
