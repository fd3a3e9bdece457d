/** The package as its users get it. All paths are absolute. */
export interface PackageUnderTest {
  /** The repository. */
  readonly root: string;
  /** The packed tarball. */
  readonly tarball: string;
  /** A folder outside the repository in which the tarball is installed, with production dependencies only. */
  readonly consumer: string;
  /** A folder in which Deno, Bun and workerd are installed. */
  readonly runtimes: string;
}

/** One question about the package. */
export interface Check {
  /** One or two words with which the check's line starts. */
  readonly name: string;
  /** Returns what it saw, in a few words. Throws a {@link CheckFailure} when the package is not as it should be. */
  run(subject: PackageUnderTest): Promise<string>;
}

/** The package is not as it should be: `message` is what was seen, `remedy` what to do about it. */
export class CheckFailure extends Error {
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.name = 'CheckFailure';
    this.remedy = remedy;
  }
}

const nameWidth = 16;

/** Runs every check, also after a failure, and prints a line for each. Returns the number of failures. */
export async function runChecks(
  checks: readonly Check[],
  subject: PackageUnderTest,
  print: (line: string) => void,
): Promise<number> {
  let failures = 0;
  for (const check of checks) {
    try {
      print(`ok    ${check.name.padEnd(nameWidth)}${await check.run(subject)}`);
    } catch (error) {
      failures += 1;
      print(`FAIL  ${check.name.padEnd(nameWidth)}${explain(error)}`);
    }
  }
  print(failures === 0 ? 'The package is fit to publish.' : `${failures} of ${checks.length} checks failed.`);
  return failures;
}

function explain(error: unknown): string {
  if (error instanceof CheckFailure) return indent(`${error.message}\n→ ${error.remedy}`);
  return indent(error instanceof Error ? error.message : String(error));
}

function indent(message: string): string {
  return message.replaceAll('\n', '\n      ');
}
