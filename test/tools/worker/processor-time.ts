import { readdir, readFile } from 'node:fs/promises';
import { queryPostgres } from '../../support/postgres.ts';

/** The unit of /proc, on every Linux that people use. */
const tickMs = 10;

interface ProcessTimes {
  readonly parent: number;
  /** Milliseconds of a core that the process took, and that its children took which have ended. */
  readonly ownMs: number;
  readonly endedChildrenMs: number;
}

/** Returns the processor time that a process has taken, in milliseconds; Linux only. */
export async function processorTimeOf(pid: number): Promise<number> {
  return (await timesOf(pid)).ownMs;
}

/** Returns the processor time that the server of a database has taken, with all its sessions; Linux only. */
export async function processorTimeOfDatabase(url: string): Promise<number> {
  const [row] = await queryPostgres<{ file: string }>(url, `select pg_read_file('postmaster.pid') as file`);
  const server = Number(row?.file.split('\n')[0]);
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const all = await Promise.all(pids.map((pid) => timesOf(pid).catch(() => undefined)));
  const sessions = all.filter((times) => times?.parent === server);
  const { ownMs, endedChildrenMs } = await timesOf(server);
  return sessions.reduce((sum, times) => sum + (times?.ownMs ?? 0), ownMs + endedChildrenMs);
}

async function timesOf(pid: number): Promise<ProcessTimes> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name of the program, in brackets, may hold anything.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [, parent = NaN] = fields;
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15);
  return { parent, ownMs: (user + system) * tickMs, endedChildrenMs: (childUser + childSystem) * tickMs };
}
