import { CheckFailure, type Check, type PackageUnderTest } from './check.ts';

const nameWidth = 16;

/** Runs every check, also after a failure, and prints a line for each. Answers with the number of failures. */
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

function indent(text: string): string {
  return text.replaceAll('\n', '\n      ');
}
