import type { Server } from 'node:http';

import { SandboxConfigurationError } from './configuration-error.ts';
import type { SandboxSettings } from './sandbox-options.ts';

/** Listens; resolves with the port. Throws a SandboxConfigurationError where the address can't be had. */
export async function listen(server: Server, { port, host }: SandboxSettings): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new SandboxConfigurationError(listenProblem(error, port, host)));
    });
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

function listenProblem(error: NodeJS.ErrnoException, port: number, host: string): string {
  if (error.code === 'EADDRINUSE') return `Port ${port} on ${host} is in use: choose another, or 0 for a free one.`;
  if (error.code === 'EACCES') return `Port ${port} on ${host} may not be used: choose one above 1023.`;
  return `The sandbox can't listen on ${host}, port ${port}: ${error.code ?? error.message}.`;
}
