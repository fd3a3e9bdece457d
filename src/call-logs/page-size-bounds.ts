/** Sizes a page can be asked for; 10,000 is the largest in use (fact 13). */
export const pageSizeBounds = { from: 1, to: 10_000 };
