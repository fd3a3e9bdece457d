/** Bundlers name a shared chunk by its content's hash; the list should change only when the package's make-up does. */
const contentHash = /-[A-Za-z0-9_-]{8}(?=\.(?:d\.)?[cm]?[jt]s$)/;

/** The files of a tarball as they are committed: sorted, without content hashes, each once. */
export function stableFileList(paths: readonly string[]): string[] {
  return [...new Set(paths.map((path) => path.replace(contentHash, '-[hash]')))].sort();
}

/** What stands in only one of two lists, as lines marked `+` (now) and `-` (before). */
export function compareFileLists(before: readonly string[], now: readonly string[]): string[] {
  const added = now.filter((path) => !before.includes(path)).map((path) => `+ ${path}`);
  const removed = before.filter((path) => !now.includes(path)).map((path) => `- ${path}`);
  return [...removed, ...added];
}
