// A process of its own: node --import tsx bench/report-reader.ts read|figures FILE. Reads an export, and for `figures`
// makes a report's figures of it. Writes the time and the peak memory.
import { readCallFile } from '../src/tools/report/call-file.ts';
import { makeFigures } from '../src/tools/report/make-figures.ts';

const [, , job, file = ''] = process.argv;

const startedAt = performance.now();
let calls = 0;
if (job === 'figures') {
  calls = (await makeFigures(readCallFile(file), { timeZone: 'America/New_York' })).basis.rows;
} else {
  for await (const page of readCallFile(file)) calls += page.calls.length;
}
const milliseconds = performance.now() - startedAt;
console.log(JSON.stringify({ calls, milliseconds, peakKilobytes: process.resourceUsage().maxRSS }));
