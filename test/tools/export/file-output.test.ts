import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConfigurationError } from '../../../src/core/errors/index.ts';
import { type FileOutputOptions, openFileOutput, type Output, OutputError } from '../../../src/tools/export/index.ts';
import { exampleJob } from './example-job.ts';
import { idLines, linesOf, march, pageOf, range } from './pages.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vbc-reports-'));
  path = join(folder, 'calls.csv');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

function open(options: Partial<FileOutputOptions> = {}, target = path): Promise<Output> {
  const now = new Date('2026-06-01');
  return openFileOutput(target, { job: exampleJob, range, format: idLines, now, segmentCalls: 2, ...options });
}

async function partialFiles(): Promise<string[]> {
  return (await readdir(`${path}.partial`)).sort();
}

async function segmentNames(): Promise<string[]> {
  return (await partialFiles()).filter((name) => /\.(rows|incomplete|previous)$/.test(name));
}

async function writeAll(output: Output): Promise<void> {
  for (let day = 1; day < 11; day += 1) await output.write(pageOf(day, day + 1));
}

const whole = `id\n${linesOf(1, 11)}`;

describe('a file output', () => {
  it('has the final name only when it is finished', async () => {
    const output = await open();
    await writeAll(output);
    expect(await readdir(folder)).toEqual(['calls.csv.partial']);
    const { first, last } = await output.finish();
    expect(await readdir(folder)).toEqual(['calls.csv']);
    expect(await readFile(path, 'utf8')).toBe(whole);
    expect([first, last]).toEqual([new Date('2026-03-01T12:00:00Z'), new Date('2026-03-10T12:00:00Z')]);
  });

  it('keeps rows in segments of successive windows, each with its window in its name', async () => {
    const output = await open();
    for (let day = 1; day < 6; day += 1) await output.write(pageOf(day, day + 1));
    expect(await partialFiles()).toEqual([
      expect.stringMatching(/^20260301T000000Z-20260303T000000Z\.2-calls\..*\.rows$/),
      expect.stringMatching(/^20260303T000000Z-20260305T000000Z\.2-calls\..*\.rows$/),
      'job.json',
      'lock',
      'segment.tmp',
    ]);
    await output.endEarly();
  });

  it('writes only the header for a range without calls', async () => {
    const output = await open();
    await output.write(pageOf(1, 1, { window: range }));
    expect((await output.finish()).first).toBeUndefined();
    expect(await readFile(path, 'utf8')).toBe('id\n');
  });

  it('compresses where asked to, and the segments stay readable', async () => {
    const output = await open({ gzip: true });
    await output.write(pageOf(1, 11));
    const [name = ''] = await segmentNames();
    expect(await readFile(join(`${path}.partial`, name), 'utf8')).toBe(linesOf(1, 11));
    await output.finish();
    expect(gunzipSync(await readFile(path)).toString()).toBe(whole);
  });

  it('gets no final name if the windows are not the whole range', async () => {
    const output = await open();
    await output.write(pageOf(1, 5));
    await output.write(pageOf(6, 11));
    await expect(output.finish()).rejects.toThrow('some of its windows are missing');
    expect((await output.endEarly()).windows).toEqual([march(5, 6)]);
    expect(await readdir(folder)).toEqual(['calls.csv.partial']);
  });

  it('counts one of two segments that overlap, and reads what is missing then', async () => {
    const output = await open();
    await output.write(pageOf(1, 5));
    await output.write(pageOf(5, 9));
    await output.endEarly();
    const [name = ''] = await segmentNames();
    const overlapping = name.replace('20260301T000000Z-20260305', '20260303T000000Z-20260307');
    await copyFile(join(`${path}.partial`, name), join(`${path}.partial`, overlapping));
    const resumed = await open({ resume: true });
    expect(resumed.windows).toEqual([march(9, 11)]);
    await resumed.write(pageOf(9, 11));
    await resumed.finish();
    expect(await readFile(path, 'utf8')).toBe(whole);
  });

  it('leaves files that are not of an export in the folder', async () => {
    await mkdir(`${path}.partial`);
    await writeFile(join(`${path}.partial`, 'notes.txt'), 'mine');
    const output = await open();
    await writeAll(output);
    await output.finish();
    expect(await partialFiles()).toEqual(['notes.txt']);
  });
});

describe('the target of a file output', () => {
  it('is not replaced unless forced', async () => {
    await writeFile(path, 'precious');
    await expect(open()).rejects.toThrow(ConfigurationError);
    expect(await readdir(folder)).toEqual(['calls.csv']);

    const output = await open({ force: true });
    await writeAll(output);
    expect(await readFile(path, 'utf8')).toBe('precious');
    await output.finish();
    expect(await readFile(path, 'utf8')).toBe(whole);
  });

  it('keeps the permissions of the file that it replaces, and its rows have them from the first byte', async () => {
    await writeFile(path, 'precious');
    await chmod(path, 0o600);
    const output = await open({ force: true });
    await writeAll(output);
    const [name = ''] = await segmentNames();
    expect((await stat(join(`${path}.partial`, name))).mode & 0o777).toBe(0o600);
    await output.finish();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('is not overwritten where another program made it meanwhile, and the calls are kept', async () => {
    const output = await open();
    await writeAll(output);
    await writeFile(path, 'precious');
    await expect(output.finish()).rejects.toThrow('was made by another program');
    expect(await output.endEarly()).toMatchObject({ windows: [], kept: { calls: 10 } });
    expect(await readFile(path, 'utf8')).toBe('precious');

    const resumed = await open({ resume: true, force: true });
    expect(resumed.windows).toEqual([]);
    await resumed.finish();
    expect(await readFile(path, 'utf8')).toBe(whole);
  });

  it('is, for a link, the file that it leads to', async () => {
    const link = join(folder, 'latest.csv');
    await writeFile(path, 'old');
    await symlink(path, link);
    const output = await open({ force: true }, link);
    await writeAll(output);
    await output.finish();
    expect(await readFile(path, 'utf8')).toBe(whole);
    expect(await readFile(link, 'utf8')).toBe(whole);
  });

  it.each([
    ['a folder', tmpdir(), 'is a folder'],
    ['a device', '/dev/full', 'is not a file'],
    ['standard output', '/dev/stdout', 'is not a file'],
    ['a descriptor', '/dev/fd/1', 'is not a file'],
  ])('is not %s, forced or not', async (_what, target, text) => {
    await expect(open({ force: true }, target)).rejects.toThrow(text);
    await expect(open({}, target)).rejects.toThrow(ConfigurationError);
  });

  it('is not a link that leads nowhere', async () => {
    await symlink(join(folder, 'nowhere'), path);
    await expect(open({ force: true })).rejects.toThrow('is a link that leads nowhere');
  });

  it('needs a folder', async () => {
    const missing = open({}, join(folder, 'no', 'calls.csv'));
    await expect(missing).rejects.toThrow(OutputError);
    await expect(missing).rejects.toThrow(/^Cannot write .*calls\.csv: the folder does not exist \(ENOENT\)\.$/);
  });

  it('needs room for the folder of its segments', async () => {
    await writeFile(`${path}.partial`, '');
    await expect(open()).rejects.toThrow('a part of the path is not a folder (ENOTDIR)');
  });
});

describe('a file output that ends early', () => {
  it('keeps what was read, and continues before, between and after it', async () => {
    const output = await open();
    await output.write(pageOf(3, 5));
    await output.write(pageOf(7, 9));
    expect(await output.endEarly()).toEqual({
      windows: [march(1, 3), march(5, 7), march(9, 11)],
      partlyWritten: [],
      kept: { folder: `${path}.partial`, calls: 4 },
    });

    const resumed = await open({ resume: true });
    expect(resumed).toMatchObject({ windows: [march(1, 3), march(5, 7), march(9, 11)], earlierCalls: 4 });
    for (const { from, to } of resumed.windows) await resumed.write(pageOf(from.getUTCDate(), to.getUTCDate()));
    await resumed.finish();
    expect(await readFile(path, 'utf8')).toBe(whole);
    expect(await readdir(folder)).toEqual(['calls.csv']);
  });

  it('reads a window again that had not ended', async () => {
    const output = await open();
    await output.write(pageOf(1, 2));
    await output.write(pageOf(2, 3, { window: march(2, 8), endsWindow: false }));
    expect(await output.endEarly()).toMatchObject({ windows: [march(2, 11)], kept: { calls: 1 } });
    expect(await readFile(join(`${path}.partial`, (await segmentNames())[0] ?? ''), 'utf8')).toBe(linesOf(1, 2));
  });

  it('leaves nothing if no window has ended', async () => {
    const output = await open();
    await output.write(pageOf(1, 2, { window: range, endsWindow: false }));
    expect(await output.endEarly()).toEqual({ windows: [range], partlyWritten: [], kept: undefined });
    expect(await readdir(folder)).toEqual([]);
  });

  it('leaves what an earlier run kept as it was when it has nothing to add', async () => {
    const output = await open();
    await output.write(pageOf(1, 3));
    const kept = await output.endEarly();
    const before = await partialFiles();
    expect(await (await open({ resume: true })).endEarly()).toEqual(kept);
    expect(await partialFiles()).toEqual(before);
  });

  it('keeps what was read before a write failed', async () => {
    const output = await open({ segmentCalls: 1000 });
    await output.write(pageOf(1, 3));
    // The disk is full, or the process has no descriptor left: a page that cannot be written stands for both.
    const broken = {
      ...pageOf(3, 5),
      get calls(): never {
        throw new Error('no space');
      },
    };
    await expect(output.write(broken)).rejects.toThrow('no space');
    expect(await output.endEarly()).toMatchObject({ windows: [march(3, 11)], kept: { calls: 2 } });
  });
});

describe('a window that was not proven', () => {
  it('keeps its calls in a segment of its own, and is read again', async () => {
    const output = await open({ segmentCalls: 1000 });
    await output.write(pageOf(1, 3));
    await output.write(pageOf(3, 5, { complete: false }));
    await output.write(pageOf(5, 11));
    const { windows, kept } = await output.endEarly();
    expect({ windows, kept }).toMatchObject({ windows: [march(3, 5)], kept: { calls: 10 } });
    expect((await segmentNames()).map((name) => name.split('.').at(-1))).toEqual(['rows', 'incomplete', 'rows']);

    const resumed = await open({ resume: true });
    expect(resumed).toMatchObject({ windows: [march(3, 5)], earlierCalls: 8 });
    await resumed.write(pageOf(3, 5));
    await resumed.finish();
    expect(await readFile(path, 'utf8')).toBe(whole);
  });

  it('has its calls replaced by those of the next reading, complete or not', async () => {
    const output = await open();
    await output.write(pageOf(1, 5, { complete: false }));
    await output.endEarly();
    const resumed = await open({ resume: true });
    await resumed.write(pageOf(1, 3, { complete: false }));
    await resumed.write(pageOf(3, 5));
    expect((await resumed.endEarly()).kept).toMatchObject({ calls: 4 });
    expect((await segmentNames()).map((name) => name.split('.')[0])).toEqual([
      '20260301T000000Z-20260303T000000Z',
      '20260303T000000Z-20260305T000000Z',
    ]);
  });

  it('is whole if the reading ends well, because what it lacked was found later', async () => {
    const output = await open();
    await output.write(pageOf(1, 5, { complete: false }));
    await output.write(pageOf(5, 11));
    await output.finish();
    expect(await readFile(path, 'utf8')).toBe(whole);
    expect(await readdir(folder)).toEqual(['calls.csv']);
  });

  it('may show itself only on a later page', async () => {
    const output = await open({ segmentCalls: 1000 });
    await output.write(pageOf(1, 3));
    await output.write(pageOf(3, 4, { window: march(3, 5), endsWindow: false }));
    await output.write(pageOf(4, 5, { window: march(3, 5), complete: false }));
    await output.write(pageOf(5, 11));
    expect((await output.endEarly()).windows).toEqual([march(1, 5)]);
  });

  it('may be known only from the error that ends the reading', async () => {
    const output = await open();
    await writeAll(output);
    output.distrust([march(3, 4)]);
    expect(await output.endEarly()).toMatchObject({ windows: [march(3, 5)], kept: { calls: 10 } });
  });
});

describe('a window that had not passed when it was read', () => {
  it('is whole for this run, and read again by the next', async () => {
    const far = { from: range.from, to: new Date('2999-01-01') };
    const future = { window: { from: march(5, 6).from, to: far.to } };
    const first = await open({ range: far });
    await first.write(pageOf(1, 5));
    await first.write(pageOf(5, 11, future));
    expect((await first.endEarly()).windows).toEqual([future.window]);

    const second = await open({ range: far, resume: true });
    await second.write(pageOf(5, 11, future));
    await second.finish();
    expect(await readFile(path, 'utf8')).toBe(whole);
  });
});

describe('segments that are lost or changed', () => {
  it('while the export runs end it with an error, with no file', async () => {
    const output = await open();
    await writeAll(output);
    await rm(`${path}.partial`, { recursive: true });
    await expect(output.finish()).rejects.toThrow(OutputError);
    expect(await output.endEarly()).toMatchObject({ kept: undefined });
    expect(await readdir(folder)).toEqual([]);
  });

  it('while the export runs are noticed by the next segment', async () => {
    const output = await open();
    await rm(`${path}.partial`, { recursive: true });
    await expect(output.write(pageOf(1, 3))).rejects.toThrow(OutputError);
    await output.endEarly();
    expect(await readdir(folder)).toEqual([]);
  });

  it('while the export runs end it with an error where one becomes shorter', async () => {
    const output = await open();
    await writeAll(output);
    await truncate(join(`${path}.partial`, (await segmentNames())[1] ?? ''), 3);
    await expect(output.finish()).rejects.toThrow('some of its windows are missing');
    expect((await output.endEarly()).windows).toEqual([march(3, 5)]);
    expect(await readdir(folder)).toEqual(['calls.csv.partial']);
  });

  it('between two runs are read again where the size is not that of the name', async () => {
    const output = await open();
    await writeAll(output);
    await output.endEarly();
    await truncate(join(`${path}.partial`, (await segmentNames())[1] ?? ''), 3);
    const resumed = await open({ resume: true });
    expect(resumed.windows).toEqual([march(3, 5)]);
    await resumed.write(pageOf(3, 5));
    await resumed.finish();
    expect(await readFile(path, 'utf8')).toBe(whole);
  });
});

describe('resuming a file output', () => {
  async function keepSome(): Promise<void> {
    const output = await open();
    await output.write(pageOf(1, 3));
    await output.endEarly();
  }

  it('starts where there is nothing to resume, unless there must be something', async () => {
    expect((await open({ resume: true })).windows).toEqual([range]);
    await rm(`${path}.partial`, { recursive: true });
    await expect(open({ resume: 'only' })).rejects.toThrow('There is nothing to resume');
    expect(await readdir(folder)).toEqual([]);
  });

  it('has to be asked for where there is something', async () => {
    await keepSome();
    await expect(open()).rejects.toThrow('Add --resume to continue it, or --force to start over.');
    expect((await open({ resume: 'only' })).windows).toEqual([march(3, 11)]);
  });

  it('is not done where starting over is forced', async () => {
    await keepSome();
    expect(await open({ force: true })).toMatchObject({ windows: [range], earlierCalls: 0 });
    expect(await segmentNames()).toEqual([]);
  });

  it.each([
    ['account', { account: '913875' }],
    ['range', { range: '' }],
    ['filters', { filters: 'a number' }],
    ['format', { format: 'ndjson' }],
    ['columns', { columns: 'id\r\n' }],
    ['times', { times: 'Europe/Paris' }],
    ['formulas', { formulas: 'kept' }],
    ['version', { version: '0.2.0' }],
  ])('is refused with another %s', async (difference, change) => {
    await keepSome();
    const before = await partialFiles();
    await expect(open({ resume: true, job: { ...exampleJob, ...change } })).rejects.toThrow(
      `belongs to another export: it does not have the same ${difference}`,
    );
    expect(await partialFiles()).toEqual(before);
  });

  it.each(['x', '{}', 'null'])('is refused where the job is damaged: %s', async (text) => {
    await keepSome();
    await writeFile(join(`${path}.partial`, 'job.json'), text);
    await expect(open({ resume: true })).rejects.toThrow('its job.json is damaged');
  });

  it('stores account and filters only as hashes, which differ each time', async () => {
    const keepSomeAgain = async (): Promise<void> => {
      const output = await open({ job: { ...exampleJob, filters: '{"fromNumber":"17325550100"}' }, force: true });
      await output.write(pageOf(1, 3));
      await output.endEarly();
    };
    await keepSomeAgain();
    const text = await readFile(join(`${path}.partial`, 'job.json'), 'utf8');
    expect(text).not.toMatch(/913874|17325550100/);
    await keepSomeAgain();
    expect(await readFile(join(`${path}.partial`, 'job.json'), 'utf8')).not.toBe(text);
  });

  it('ignores segments without a job: their export is whole, and was killed while it cleaned up', async () => {
    await keepSome();
    await rm(join(`${path}.partial`, 'job.json'));
    expect(await open({ resume: true })).toMatchObject({ windows: [range], earlierCalls: 0 });
  });
});

describe('rejected rows', () => {
  const rejectedPath = (): string => `${path}.rejected.ndjson`;

  it('go to a file of their own, next to the target', async () => {
    const output = await open();
    output.reject({ id: null });
    output.reject({ id: 7 });
    await writeAll(output);
    await output.finish();
    expect(await readFile(rejectedPath(), 'utf8')).toBe('{"id":null}\n{"id":7}\n');
    expect(await readFile(path, 'utf8')).toBe(whole);
  });

  it('that are not accepted make their window incomplete', async () => {
    const output = await open({ segmentCalls: 1000 });
    output.distrust([march(3, 4)]);
    await writeAll(output);
    expect(await output.endEarly()).toMatchObject({ windows: [march(3, 4)] });
  });

  it('of an earlier export are removed by a new one, and kept by a resumed one', async () => {
    await writeFile(rejectedPath(), '{"id":"old"}\n');
    const output = await open();
    expect(await readdir(folder)).toEqual(['calls.csv.partial']);
    output.reject({ id: 1 });
    await output.write(pageOf(1, 3));
    await output.endEarly();
    await (await open({ resume: true })).endEarly();
    expect(await readFile(rejectedPath(), 'utf8')).toBe('{"id":1}\n');
  });
});

describe('two exports to one target', () => {
  it('do not run at once: the second is refused, and the first is not disturbed', async () => {
    const first = await open();
    await expect(open({ resume: true })).rejects.toThrow(/Another export to .*calls\.csv is running\./);
    await expect(open({ force: true })).rejects.toThrow(ConfigurationError);
    await writeAll(first);
    await first.finish();
    expect(await readFile(path, 'utf8')).toBe(whole);
  });

  it('end with an error in the one that lost its folder to the other', async () => {
    const first = await open();
    await first.write(pageOf(1, 3));
    await writeFile(join(`${path}.partial`, 'lock'), '{"host":"elsewhere","pid":1}');
    await expect(first.write(pageOf(3, 5))).rejects.toThrow('taken over by another process');
    await first.endEarly();
    expect(await partialFiles()).toContain('lock');
  });
});
