import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

import { startSandbox, type Sandbox } from '../../src/sandbox.ts';
import { bundleProgram, environmentOf, run } from '../tools/cli/run.ts';
import { blocksOf, codeBlocks, root } from './code-blocks.ts';

const nightly = 'docs/recipes/nightly-job.md';

/** The only block of a document in this language that contains these words. */
function blockWith(document: string, language: string, words: string): string {
  const [block, ...others] = blocksOf(document, language).filter(({ code }) => code.includes(words));
  expect({ words, found: block && others.length === 0 }).toEqual({ words, found: true });
  return block?.code ?? '';
}

interface Ended {
  readonly exitCode: number;
  readonly output: string;
}

function execute(command: string, args: readonly string[], options: object = {}): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(command, args, options, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : Number(error.code), output: `${stdout}${stderr}` });
    });
  });
}

describe('the shell blocks of the documentation', () => {
  it.each(codeBlocks('sh'))('$name can be parsed by sh', async ({ code }) => {
    await expect(execute('sh', ['-n', '-c', code])).resolves.toEqual({ exitCode: 0, output: '' });
  });
});

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

// GNU date is on Linux alone.
const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('the scripts of the recipes, with the sandbox', () => {
  let programFolder: string;
  let folder: string;
  let sandbox: Sandbox;
  let env: Record<string, string>;

  beforeAll(async () => {
    programFolder = await mkdtemp(join(tmpdir(), 'vbc-reports-'));
    const command = join(programFolder, 'vbc-reports');
    await writeFile(command, `#!/bin/sh\nexec "${process.execPath}" "${await bundleProgram(programFolder)}" "$@"\n`);
    await chmod(command, 0o755);
  });

  afterAll(async () => {
    await rm(programFolder, { recursive: true });
  });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vbc-reports-'));
    sandbox = await startSandbox({ from: daysAgo(70), to: daysAgo(0), calls: 500 });
    env = { ...environmentOf(sandbox, join(folder, 'state')), HOME: folder };
    env.PATH = `${programFolder}:${process.env.PATH ?? ''}`;
  });

  afterEach(async () => {
    await sandbox[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  const runScript = (script: string): Promise<Ended> => execute('sh', ['-c', script], { cwd: folder, env });
  const logins = (): number => sandbox.requests.filter(({ endpoint }) => endpoint === 'token').length;
  const nightlyScript = (): string =>
    blockWith(nightly, 'sh', '#!/bin/sh').replace('/var/lib/vbc-reports/calls', join(folder, 'calls'));

  it('nightly-calls exports the four settled days, and the next night only what is missing', async () => {
    await expect(runScript(nightlyScript())).resolves.toEqual({ exitCode: 0, output: '' });
    const files = await readdir(join(folder, 'calls'));
    expect(files).toHaveLength(4);
    const requests = sandbox.requests.length;
    await expect(runScript(nightlyScript())).resolves.toEqual({ exitCode: 0, output: '' });
    expect(sandbox.requests).toHaveLength(requests);
    await rm(join(folder, 'calls', files[1] ?? ''));
    await expect(runScript(nightlyScript())).resolves.toEqual({ exitCode: 0, output: '' });
    await expect(readdir(join(folder, 'calls'))).resolves.toEqual(files);
  });

  it('nightly-calls makes one login with a wrong password, in all nights together', async () => {
    env.VBC_PASSWORD = 'wrong';
    await expect(runScript(nightlyScript())).resolves.toMatchObject({ exitCode: 3 });
    await expect(runScript(nightlyScript())).resolves.toMatchObject({ exitCode: 3 });
    expect(logins()).toBe(1);
  });

  it('the line for cron has five fields, and gives the job its settings', async () => {
    const [line = ''] = blockWith(nightly, 'text', 'MAILTO').trim().split('\n').slice(-1);
    const [, fields = '', command = ''] = /^((?:[\d*/,-]+ +){5})(.*)$/.exec(line) ?? [];
    expect(fields.trim().split(/ +/)).toHaveLength(5);
    // cron would take it for a line break.
    expect(command).not.toContain('%');
    await writeFile(join(folder, 'vbc-reports.env'), "VBC_ACCOUNT_ID=913874\nVBC_PASSWORD='a b$c'\n");
    env.PATH = `${folder}:${env.PATH ?? ''}`;
    await writeFile(join(folder, 'nightly-calls'), '#!/bin/sh\necho "$VBC_ACCOUNT_ID|$VBC_PASSWORD|$XDG_STATE_HOME"\n');
    await chmod(join(folder, 'nightly-calls'), 0o755);
    await expect(runScript(command)).resolves.toEqual({ exitCode: 0, output: `913874|a b$c|${folder}/.local/state\n` });
  });

  it('the loop over several accounts exports each, and names the one that fails', async () => {
    const loop = blockWith('docs/recipes/several-accounts.md', 'sh', 'accounts/*.env');
    const { VBC_PASSWORD: password = '', ...others } = env;
    env = others;
    await mkdir(join(folder, 'accounts'));
    await writeFile(join(folder, 'accounts', 'a.env'), "VBC_PASSWORD='wrong'\nVBC_USERNAME='joe@example.com'\n");
    await writeFile(join(folder, 'accounts', 'b.env'), `VBC_PASSWORD='${password}'\n`);
    const { exitCode, output } = await runScript(loop);
    expect(exitCode).toBe(0);
    expect(output).toContain('accounts/a.env ended with code 3');
    expect(output).not.toContain('b.env');
    await expect(readdir(join(folder, 'exports'))).resolves.toEqual([`${sandbox.accountId}.csv`]);
    // The next month replaces the file.
    expect((await runScript(loop)).output).not.toContain('b.env');
    expect(logins()).toBe(2);
  });
});

describe('the units for systemd', () => {
  const keys: Readonly<Record<string, readonly string[]>> = {
    Unit: ['Description', 'Wants', 'After'],
    Service: ['Type', 'User', 'EnvironmentFile', 'StateDirectory', 'StateDirectoryMode', 'Environment', 'ExecStart'],
    Timer: ['OnCalendar', 'RandomizedDelaySec', 'Persistent'],
    Install: ['WantedBy'],
  };

  /** Each setting as `Section.Key`; a line that is none makes the test fail. */
  function settingsOf(unit: string): Map<string, string> {
    const settings = new Map<string, string>();
    let section = '';
    for (const line of unit.split('\n').filter((each) => each !== '' && !each.startsWith('#'))) {
      const [, name] = /^\[(\w+)\]$/.exec(line) ?? [];
      const [, key = '', value = ''] = /^(\w+)=(.+)$/.exec(line) ?? [];
      if (name !== undefined) section = name;
      else expect({ line, known: keys[section]?.includes(key) }).toEqual({ line, known: true });
      if (name === undefined) settings.set(`${section}.${key}`, value);
    }
    return settings;
  }

  it('run the script, with a state folder that belongs to the job', () => {
    const service = settingsOf(blockWith(nightly, 'ini', '[Service]'));
    expect(service.get('Service.ExecStart')).toBe('/usr/local/bin/nightly-calls');
    const stateFolder = `${service.get('Service.Environment')?.replace('XDG_STATE_HOME=', '') ?? ''}/vbc-reports`;
    expect(stateFolder).toBe(`/var/lib/${service.get('Service.StateDirectory') ?? ''}`);
    expect(blockWith(nightly, 'sh', '#!/bin/sh')).toContain(`folder=${stateFolder}/calls\n`);
  });

  it('start it every night', () => {
    const timer = settingsOf(blockWith(nightly, 'ini', '[Timer]'));
    const [date, time = '', zone] = timer.get('Timer.OnCalendar')?.split(' ') ?? [];
    expect(date).toBe('*-*-*');
    expect(time).toMatch(/^\d\d:\d\d:\d\d$/);
    expect(Intl.supportedValuesOf('timeZone')).toContain(zone);
    expect(timer.get('Install.WantedBy')).toBe('timers.target');
  });
});

interface CronJob {
  apiVersion: string;
  kind: string;
  spec: {
    schedule: string;
    timeZone: string;
    concurrencyPolicy: string;
    jobTemplate: { spec: { backoffLimit: number; template: { spec: Pod } } };
  };
}

interface Pod {
  restartPolicy: string;
  containers: {
    command: string[];
    args: string[];
    env: { name: string; value: string }[];
    volumeMounts: { name: string; mountPath: string }[];
  }[];
  volumes: { name: string }[];
}

describe('the job for Kubernetes', () => {
  const { apiVersion, kind, spec } = parse(blocksOf(nightly, 'yaml')[0]?.code ?? '') as CronJob;
  const pod = spec.jobTemplate.spec.template.spec;
  const [container] = pod.containers;

  it('is a CronJob that runs every night, one at a time, and does not repeat what was refused', () => {
    expect([apiVersion, kind]).toEqual(['batch/v1', 'CronJob']);
    expect(spec.schedule.split(' ')).toHaveLength(5);
    expect(Intl.supportedValuesOf('timeZone')).toContain(spec.timeZone);
    expect([spec.concurrencyPolicy, spec.jobTemplate.spec.backoffLimit, pod.restartPolicy]).toEqual([
      'Forbid',
      0,
      'Never',
    ]);
  });

  it('lets signals reach the export, in a script that sh can parse', async () => {
    const [script = ''] = container?.args ?? [];
    expect(container?.command).toEqual(['/bin/sh', '-c']);
    expect(script.trim().split('\n').at(-1)).toMatch(/^exec vbc-reports export /);
    await expect(execute('sh', ['-n', '-c', script])).resolves.toEqual({ exitCode: 0, output: '' });
  });

  it('keeps calls and state in a volume that exists', () => {
    const [mount] = container?.volumeMounts ?? [];
    expect(pod.volumes.map(({ name }) => name)).toEqual([mount?.name]);
    const state = container?.env.find(({ name }) => name === 'XDG_STATE_HOME')?.value;
    for (const path of [state, /--out "([^"]*)"/.exec(container?.args[0] ?? '')?.[1]])
      expect(path).toMatch(new RegExp(`^${mount?.mountPath ?? ''}/`));
  });
});

describe('the image for Docker', () => {
  it('has known instructions, and starts the command itself', () => {
    const lines = blockWith(nightly, 'dockerfile', 'FROM').trim().split('\n');
    const instructions = lines.map((line) => line.split(' ')[0]);
    expect(instructions).toEqual(['FROM', 'RUN', 'RUN', 'USER', 'ENV', 'ENTRYPOINT']);
    expect(JSON.parse(lines.at(-1)?.replace('ENTRYPOINT ', '') ?? '')).toEqual(['vbc-reports']);
  });

  it('gets volumes for the folders that it has made for its user', () => {
    const image = blockWith(nightly, 'dockerfile', 'FROM');
    const command = blockWith(nightly, 'sh', 'docker run');
    const mounts = [...command.matchAll(/-v [\w-]+:(\S+)/g)].map(([, path]) => path);
    expect(image).toContain(`RUN mkdir ${mounts.join(' ')} && chown node:node ${mounts.join(' ')}`);
    expect(image).toContain(`ENV XDG_STATE_HOME=${mounts[0] ?? ''}`);
  });
});

describe('the script for PowerShell', () => {
  const blocks = blocksOf(nightly, 'powershell');

  it.each(blocks)('$name has quotes and brackets in pairs', ({ code }) => {
    const outside = code.replaceAll(/'[^'\n]*'|"[^"\n]*"/g, '').replaceAll(/#.*/g, '');
    expect(outside).not.toMatch(/['"]/);
    for (const [open = '', close = ''] of ['()', '[]', '{}'].map((pair) => pair.split('')))
      expect(outside.split(open)).toHaveLength(outside.split(close).length);
  });

  it('starts the program that the package installs', async () => {
    const { name, bin } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
      name: string;
      bin: Record<string, string>;
    };
    const path = ['npm', 'node_modules', name, ...(bin[name]?.split('/') ?? [])].join('\\');
    expect(blocks[0]?.code).toContain(`'${path}'`);
    expect(blocks[1]?.code).toContain('-File C:\\Jobs\\nightly-calls.ps1');
  });
});

describe('the recipe for workers', () => {
  const workers = 'docs/recipes/workers.md';
  const [compose, deployment] = blocksOf(workers, 'yaml').map(({ code }) => parse(code) as unknown) as [
    Compose,
    Deployment,
  ];

  interface Compose {
    readonly services: Readonly<Record<string, Service>>;
    readonly secrets: object;
    readonly volumes: object;
  }
  interface Service {
    readonly command?: readonly string[];
    readonly secrets?: readonly string[];
    readonly volumes?: readonly string[];
    readonly depends_on?: object;
    readonly stop_grace_period?: string;
  }
  interface Deployment {
    readonly apiVersion: string;
    readonly kind: string;
    readonly spec: {
      readonly selector: { readonly matchLabels: object };
      readonly template: {
        readonly metadata: { readonly labels: object; readonly annotations: Readonly<Record<string, string>> };
        readonly spec: {
          readonly terminationGracePeriodSeconds: number;
          readonly containers: readonly WorkerContainer[];
          readonly volumes: readonly { readonly name: string }[];
        };
      };
    };
  }
  interface WorkerContainer {
    readonly args: readonly string[];
    readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
    readonly livenessProbe: { readonly httpGet: { readonly path: string; readonly port: string } };
    readonly readinessProbe: { readonly httpGet: { readonly path: string; readonly port: string } };
    readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  }

  /** The grace that workers have if they are not told another, in seconds. */
  const grace = 30;

  it('has a compose file whose secrets, volumes and services exist', () => {
    const { services, secrets, volumes } = compose;
    for (const service of Object.values(services)) {
      expect(Object.keys(secrets)).toEqual(expect.arrayContaining([...(service.secrets ?? [])]));
      expect(Object.keys(services)).toEqual(expect.arrayContaining(Object.keys(service.depends_on ?? {})));
      const named = (service.volumes ?? [])
        .filter((volume) => !volume.startsWith('.'))
        .map((volume) => volume.split(':')[0]);
      expect(Object.keys(volumes)).toEqual(expect.arrayContaining(named));
    }
    expect(services.worker?.command?.[0]).toBe('worker');
    expect(parseInt(services.worker?.stop_grace_period ?? '', 10)).toBeGreaterThan(grace);
    const file = services.worker?.command?.[2] ?? '';
    expect(services.worker?.volumes).toContainEqual(expect.stringContaining(`:${file}:`));
  });

  it('has a deployment whose probes ask the port of the worker, and which waits for its grace', () => {
    expect([deployment.apiVersion, deployment.kind]).toEqual(['apps/v1', 'Deployment']);
    const { metadata, spec } = deployment.spec.template;
    expect(metadata.labels).toEqual(deployment.spec.selector.matchLabels);
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(grace);
    const [container] = spec.containers;
    const [port] = container?.ports ?? [];
    const args = container?.args ?? [];
    expect(args[args.indexOf('--health-port') + 1]).toBe(String(port?.containerPort));
    expect(metadata.annotations['prometheus.io/port']).toBe(String(port?.containerPort));
    expect([container?.livenessProbe.httpGet, container?.readinessProbe.httpGet]).toEqual([
      { path: '/livez', port: port?.name },
      { path: '/readyz', port: port?.name },
    ]);
    expect(spec.volumes.map(({ name }) => name)).toEqual(container?.volumeMounts.map(({ name }) => name));
    expect(args[args.indexOf('--accounts') + 1]).toMatch(
      new RegExp(`^${container?.volumeMounts[0]?.mountPath ?? ''}/`),
    );
  });

  it('names flags that the worker has, in both', async () => {
    const help = (await run(['worker', '--help'])).stdout;
    for (const args of [
      compose.services.worker?.command ?? [],
      deployment.spec.template.spec.containers[0]?.args ?? [],
    ]) {
      for (const flag of args.filter((word) => word.startsWith('--'))) expect(help).toContain(`${flag} `);
    }
  });
});
