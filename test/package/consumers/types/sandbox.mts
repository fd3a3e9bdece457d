// The sandbox, also for projects whose `lib` has no `Symbol.asyncDispose`.
import { startSandbox } from 'vbc-reports/sandbox';

const sandbox = await startSandbox({ switches: { totalItems: 'capped' } });
export const calls = sandbox.calls().length;
await sandbox.stop();
