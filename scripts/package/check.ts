/** What a check is given. All paths are absolute. */
export interface PackageUnderTest {
  /** The repository. */
  root: string;
  /** The packed tarball. */
  tarball: string;
  /** A folder outside the repository in which the tarball is installed, with production dependencies only. */
  consumer: string;
}

export interface Check {
  /** One or two words, the start of the check's line. */
  name: string;
  /** Answers with what was seen, in a few words; throws {@link CheckFailure} when the package is not as it should be. */
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
