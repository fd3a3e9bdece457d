import { describe, expect, it } from '@jest/globals';
import { defaultFolder } from '../../../src/tools/token-store/default-folder.ts';

const home = '/jane';

describe('the folder of the file store', () => {
  it('is in $XDG_STATE_HOME', () => {
    const environment = { XDG_STATE_HOME: '/var/state' };
    expect(defaultFolder({ environment, platform: 'linux', home })).toBe('/var/state/vbc-reports');
  });

  it.each([undefined, '', 'relative/path'])('is in ~/.local/state when that is %p', (stateHome) => {
    const environment = { XDG_STATE_HOME: stateHome };
    expect(defaultFolder({ environment, platform: 'linux', home })).toBe('/jane/.local/state/vbc-reports');
  });

  it('is in the local profile on Windows', () => {
    const environment = { LOCALAPPDATA: '/users/jane/local' };
    expect(defaultFolder({ environment, platform: 'win32', home })).toBe('/users/jane/local/vbc-reports');
    expect(defaultFolder({ environment: {}, platform: 'win32', home })).toBe('/jane/AppData/Local/vbc-reports');
  });
});
