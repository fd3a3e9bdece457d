import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { createFileTokenStore } from '../../../src/node.ts';

// A process of its own for killed-writers.test.ts: it is killed after it has written the temporary file.
const [key = '', folder = ''] = process.argv.slice(2);

fs.rename = () => {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
};
syncBuiltinESMExports();

await createFileTokenStore({ folder }).write(key, { refusals: [] });
