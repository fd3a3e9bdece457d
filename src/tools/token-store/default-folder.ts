import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly home: string;
}

/** Where state that outlives a process belongs: by the XDG base directory rules, on Windows in the local profile. */
export function defaultFolder(surroundings: Surroundings = here()): string {
  const { environment, platform, home } = surroundings;
  const { XDG_STATE_HOME: stateHome, LOCALAPPDATA: localData } = environment;
  // The XDG rules ignore a relative path.
  if (stateHome !== undefined && isAbsolute(stateHome)) return join(stateHome, 'vbc-reports');
  if (platform === 'win32') return join(localData ?? join(home, 'AppData', 'Local'), 'vbc-reports');
  return join(home, '.local', 'state', 'vbc-reports');
}

function here(): Surroundings {
  return { environment: process.env, platform: process.platform, home: homedir() };
}
