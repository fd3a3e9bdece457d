import { link, open, rename, unlink } from 'node:fs/promises';
import { systemErrorCode } from './output-error.ts';

/** Gives a complete file its name; false if somebody else has taken the name in the meantime, and `force` is off. */
export async function giveName(path: string, name: string, force: boolean): Promise<boolean> {
  if (!force) return await claim(path, name);
  await rename(path, name);
  return true;
}

/** A link is refused where the name is taken, in one step; renaming would replace whatever is there. */
async function claim(path: string, name: string): Promise<boolean> {
  try {
    await link(path, name);
  } catch (error) {
    return systemErrorCode(error) === 'EEXIST' ? false : await claimWithoutLinks(path, name);
  }
  await unlink(path);
  return true;
}

/** Some file systems have no hard links: there an empty file holds the name for the moment of renaming. */
async function claimWithoutLinks(path: string, name: string): Promise<boolean> {
  try {
    await (await open(name, 'wx')).close();
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
  await rename(path, name);
  return true;
}
