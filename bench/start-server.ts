import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface RunningServer {
  readonly origin: string;
  stop(): void;
}

/** Starts the server in a process of its own; resolves once it has its rows and listens. */
export async function startServer(rows: number, latencyMs: number): Promise<RunningServer> {
  const file = join(import.meta.dirname, 'server.ts');
  const args = ['--import', 'tsx', file, String(rows), String(latencyMs)];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    origin: `http://127.0.0.1:${port.toString().trim()}`,
    stop: () => {
      child.stdin.end();
    },
  };
}
