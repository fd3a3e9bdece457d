import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

const root = join(import.meta.dirname, '..', '..');
const PRISM = join(root, 'node_modules/@stoplight/prism-cli/dist/index.js');
const DOCUMENT = join(root, 'generated/openapi.json');

export interface PrismOptions {
  /** `mock` answers by itself; `proxy` checks what passes between a client and `upstream`. */
  readonly mode: 'mock' | 'proxy';
  /** Base URL behind the proxy. */
  readonly upstream?: string;
  /** More arguments for the command line, such as `--errors` (a proxy has it always) or `--dynamic`. */
  readonly args?: readonly string[];
  /** Another document than the generated one. */
  readonly document?: string;
}

export interface Prism {
  /** Takes the place of the API's base URL, without a slash at the end. */
  readonly url: string;
  /** The output of Prism so far. */
  output(): string;
  readonly stop: () => Promise<void>;
}

/** Starts Prism on a free port of this machine; resolves once it listens, rejects with its output if it ends before. */
export async function startPrism({ mode, upstream, args = [], document = DOCUMENT }: PrismOptions): Promise<Prism> {
  const port = await freePort();
  const target = mode === 'proxy' ? [upstream ?? '', '--errors'] : [];
  const options = [mode, document, ...target, ...args, '-p', String(port), '-h', '127.0.0.1'];
  const child = spawn(process.execPath, [PRISM, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  const listening = new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      text += chunk.toString();
      if (text.includes('Prism is listening')) resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    child.once('exit', () => {
      reject(new Error(`Prism ended early:\n${text}`));
    });
  });
  await listening;
  return { url: `http://127.0.0.1:${port}`, output: () => text, stop: () => stopChild(child) };
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
