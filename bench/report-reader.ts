// A process of its own: node --import tsx bench/report-reader.ts read|figures FILE. Reads an export, and for `figures`
// makes a report's figures of it. Writes the processor time, which other programs on
// the machine do not lengthen, and the peak memory.
import { readCallFile } from '../src/tools/report/call-file.ts';
import { makeFigures } from '../src/tools/report/make-figures.ts';

const [, , job, file = ''] = process.argv;

const before = process.cpuUsage();
let calls = 0;
if (job === 'figures') {
  calls = (await makeFigures(readCallFile(file), { timeZone: 'America/New_York' })).basis.rows;
} else {
  for await (const page of readCallFile(file)) calls += page.calls.length;
}
const { user, system } = process.cpuUsage(before);
const milliseconds = (user + system) / 1000;
console.log(JSON.stringify({ calls, milliseconds, peakKilobytes: process.resourceUsage().maxRSS }));
