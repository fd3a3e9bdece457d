/**
 * Answers that are spent before a reading loses patience: so many at first, and more for each page that there is to read
 * or that was proven. A server that gives no order takes up to four, one that heeds no filter would take them without end.
 */
const answersAtFirst = 100;
const answersPerPage = 6;

/** Bounds the requests of a reading that proves little. */
export class Patience {
  #spent = 0;
  #proven = 0;

  /** Told of each answer, and of each proof that failed. */
  spend(): void {
    this.#spent += 1;
  }

  /** Told of each span that was proven. */
  reward(): void {
    this.#proven += 1;
  }

  /** Whether there is some left, with so many pages to read; `Infinity` where that is unknown. */
  lasts(pages: number): boolean {
    const known = Number.isFinite(pages) ? pages : 0;
    return this.#spent <= answersAtFirst + answersPerPage * Math.max(known, this.#proven);
  }
}
