import type { Figures } from './figures.ts';

/** A stand-in for the page, until it is there. */
export function renderReport(figures: Figures): Promise<string> {
  return Promise.resolve(
    `<!doctype html><title>Report</title><pre>${JSON.stringify(figures, null, 1).replaceAll('<', '&lt;')}</pre>\n`,
  );
}
