/** A page as a naive program sees it: nothing is checked. */
export interface NaivePage {
  readonly _embedded?: { readonly call_logs: readonly { readonly id: string }[] };
  readonly total_page?: number;
  readonly total_pages?: number;
}

/** Fetches one page of the range; throws for any status but 200, and if the body is not JSON. */
export type FetchPage = (page: number, pageSize: number) => Promise<NaivePage>;

/** Reads a range and returns the ids it found, in the order it found them. */
export type NaiveLoop = (fetchPage: FetchPage) => Promise<string[]>;

const idsOf = (page: NaivePage): string[] => (page._embedded?.call_logs ?? []).map(({ id }) => id);

/** The loop that the document suggests: continue while the page is below `total_page`. */
const whileBelowTotalPage: NaiveLoop = async (fetchPage) => {
  const ids: string[] = [];
  let page = 0;
  let last: number | undefined;
  do {
    page += 1;
    const body = await fetchPage(page, 100);
    ids.push(...idsOf(body));
    last = body.total_page;
  } while (last !== undefined && page < last);
  return ids;
};

/** A page that isn't full must be the last one. */
const untilShortPage: NaiveLoop = async (fetchPage) => {
  const ids: string[] = [];
  for (let page = 1; ; page += 1) {
    const found = idsOf(await fetchPage(page, 1_000));
    ids.push(...found);
    if (found.length < 1_000) return ids;
  }
};

/** Stops at `total_pages`, and at an empty page to be on the safe side. */
const untilTotalPagesOrEmpty: NaiveLoop = async (fetchPage) => {
  const ids: string[] = [];
  for (let page = 1; ; page += 1) {
    const body = await fetchPage(page, 1_000);
    const found = idsOf(body);
    ids.push(...found);
    if (found.length === 0 || page === body.total_pages) return ids;
  }
};

/** Nobody makes 10,000 calls in a month. */
const onePageOfTenThousand: NaiveLoop = async (fetchPage) => idsOf(await fetchPage(1, 10_000));

/** Four loops as people write them (docs/api-behaviour.md, section 3). */
export const naiveLoops = {
  'while page < total_page': whileBelowTotalPage,
  'until a short page': untilShortPage,
  'until total_pages or an empty page': untilTotalPagesOrEmpty,
  'one page of 10,000': onePageOfTenThousand,
} as const satisfies Record<string, NaiveLoop>;

export type LoopName = keyof typeof naiveLoops;
