// What the charts need of other packages: a megabyte of code, which the build keeps in one file of its own. The command
// line and both formats of `vbc-reports/report` load that file when there is something to draw.
export { barX, barY, cell, plot, rectY, ruleX, ruleY, text } from '@observablehq/plot';
export type { Markish, ScaleOptions } from '@observablehq/plot';
export { parseHTML } from 'linkedom';
