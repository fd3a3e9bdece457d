/** The colours of a scheme. A chart names them (`var(--missed)`), so that one drawing serves both schemes and paper. */
export interface Palette {
  readonly paper: string;
  readonly ink: string;
  /** The colour of less important text: a contrast of at least 4.5 to 1 on the background. */
  readonly quiet: string;
  readonly line: string;
  readonly link: string;
  /** The colours of results: a contrast of at least 3 to 1 on the background. */
  readonly answered: string;
  readonly voicemail: string;
  readonly missed: string;
  readonly attempted: string;
  readonly blocked: string;
  readonly other: string;
  /** The colour of a cell without calls, or with too few. */
  readonly empty: string;
  /** Steps from few to many, and the colour of the number on each. */
  readonly steps: readonly Step[];
  /** Steps of the missed share, from low to high. */
  readonly shares: readonly Step[];
}

export interface Step {
  readonly fill: string;
  readonly text: string;
}

const ink = '#1b1d22';
const white = '#ffffff';

export const lightPalette: Palette = {
  paper: '#fdfcfa',
  ink,
  quiet: '#5b606a',
  line: '#e2dfd8',
  link: '#1f5f7a',
  answered: '#3d7f9b',
  voicemail: '#b5861b',
  missed: '#c23b22',
  attempted: '#838c97',
  blocked: '#3f444d',
  other: '#8468b0',
  empty: '#f5f3ef',
  steps: [
    { fill: '#dceaef', text: ink },
    { fill: '#b9d7e0', text: ink },
    { fill: '#86b9ca', text: ink },
    { fill: '#397892', text: white },
    { fill: '#174d63', text: white },
  ],
  shares: [
    { fill: '#f8e6e0', text: ink },
    { fill: '#f3cfc4', text: ink },
    { fill: '#eaa28f', text: ink },
    { fill: '#c8452c', text: white },
    { fill: '#7f1d0e', text: white },
  ],
};

const night = '#15171b';

export const darkPalette: Palette = {
  paper: night,
  ink: '#ebe9e4',
  quiet: '#a3a8b2',
  line: '#30343c',
  link: '#8cc6dc',
  answered: '#5a9fba',
  voicemail: '#d2a942',
  missed: '#f0705a',
  attempted: '#7c8591',
  blocked: '#b4bac4',
  other: '#a78bd6',
  empty: '#1d2025',
  steps: [
    { fill: '#1f333c', text: '#ebe9e4' },
    { fill: '#274e5e', text: white },
    { fill: '#34718a', text: white },
    { fill: '#65aac4', text: night },
    { fill: '#b3dfee', text: night },
  ],
  shares: [
    { fill: '#33211d', text: '#ebe9e4' },
    { fill: '#5a2a20', text: white },
    { fill: '#8f3b2a', text: white },
    { fill: '#e2674e', text: night },
    { fill: '#ffb3a3', text: night },
  ],
};

/** The page's whole style sheet. */
export const styleSheet = `
:root{color-scheme:light dark;${variables(lightPalette)}}
@media screen and (prefers-color-scheme:dark){:root{${variables(darkPalette)}}}
*{box-sizing:border-box}
html{font-size:100%;-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);line-height:1.5;font-family:Inter,-apple-system,"Segoe UI",
Roboto,"Helvetica Neue","Noto Sans","Nimbus Sans",Arial,sans-serif;font-variant-numeric:tabular-nums;
overflow-wrap:break-word}
main,footer{max-width:60rem;margin:0 auto;padding:0 1.5rem}
header{padding:4.5rem 0 0}
h1,h2,h3,p,dl,dd,figure,ul,table{margin:0;padding:0}
h1{font-size:1.0625rem;font-weight:600;line-height:1.4}
h1 .where{color:var(--quiet);font-weight:400}
.lead{margin-top:1.25rem;font-size:1.875rem;line-height:1.28;font-weight:500;letter-spacing:-.015em;max-width:46rem;
text-wrap:pretty;font-variant-numeric:normal}
.note{margin-top:1rem;padding:.625rem .875rem;border-left:3px solid var(--voicemail);background:var(--empty);
max-width:46rem;font-size:.9375rem}
.figures{display:grid;grid-template-columns:repeat(6,auto);justify-content:space-between;gap:1.5rem;margin-top:3rem;
padding:1.5rem 0;border-top:1px solid var(--ink);border-bottom:1px solid var(--line)}
.figures dt{font-size:.8125rem;color:var(--quiet);line-height:1.3}
.figures dd{font-variant-numeric:normal;font-size:1.75rem;line-height:1.2;font-weight:600;letter-spacing:-.02em;white-space:nowrap}
.figures dd.before,.figures dd.of{font-size:.8125rem;line-height:1.4;font-weight:400;letter-spacing:0;
color:var(--quiet);white-space:normal}
.alarm{color:var(--missed)}
a{color:inherit;text-decoration-color:var(--link);text-decoration-thickness:1px;text-underline-offset:.2em}
h2.quiet{margin-top:1.75rem;font-size:.8125rem;font-weight:400;letter-spacing:0;color:var(--quiet)}
.findings{list-style:none;display:grid;grid-template-columns:repeat(3,1fr);gap:2rem;margin-top:.5rem}
.findings li{font-size:.9375rem;color:var(--quiet);overflow-wrap:anywhere}
.findings b{display:block;color:var(--ink);font-weight:600}
section{margin-top:4.5rem}
section.pair th,section.pair td{padding-left:.75rem}
section.pair th:first-child{padding-left:0;min-width:6.5rem}
section.pair{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:3.5rem}
h2,figcaption h2{font-size:1.25rem;line-height:1.35;font-weight:600;letter-spacing:-.01em;text-wrap:balance;font-variant-numeric:normal}
h2+p,.about{margin-top:.375rem;color:var(--quiet);font-size:.9375rem;max-width:46rem;text-wrap:pretty}
.about.small{margin-top:.75rem;font-size:.8125rem}
figure>svg,figure>.drawing{margin-top:1.25rem}
.chart{display:block;width:100%;height:auto;overflow:visible;font-size:12px;font-family:inherit;color:var(--quiet)}
.narrow{display:none}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;padding:0;margin:1rem 0 0;font-size:.875rem;
color:var(--quiet)}
.legend svg{width:.75rem;height:.75rem;margin-right:.4375rem;vertical-align:-.0625rem}
.legend b{color:var(--ink);font-weight:600}
details{margin-top:1rem;font-size:.875rem}
summary{display:inline-block;cursor:pointer;color:var(--link);padding:.125rem 0}
summary::before{content:"+";display:inline-block;width:1em}
details[open]>summary::before{content:"\\2212"}
summary:hover{text-decoration:underline}
a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:2px solid var(--link);outline-offset:3px}
.scroll{overflow-x:auto;margin-top:1rem}
table{border-collapse:collapse;width:100%;font-size:.875rem;line-height:1.4}
caption{text-align:left;color:var(--quiet);padding-bottom:.5rem}
th,td{text-align:right;font-weight:400;padding:.375rem 0 .375rem 1rem;border-bottom:1px solid var(--line);
vertical-align:top;white-space:nowrap}
th:first-child,td:first-child{text-align:left;padding-left:0}
thead th{color:var(--quiet);font-size:.8125rem;vertical-align:bottom;border-bottom-color:var(--quiet);white-space:normal}
thead th[aria-sort]{color:var(--ink);font-weight:600}
th.name{white-space:normal;min-width:8.5rem;overflow-wrap:anywhere}
.id{color:var(--quiet)}
td.barred{position:relative;padding-left:6.5rem}
.bar{position:absolute;left:2rem;top:50%;width:4rem;height:.375rem;margin-top:-.1875rem}
.bar rect{fill:var(--answered)}
.bar .track{fill:var(--line)}
.bar.missed rect:not(.track){fill:var(--missed)}
footer{margin-top:5rem;padding-bottom:5rem;font-size:.875rem}
footer h2{font-size:1rem;padding-top:1.5rem;border-top:1px solid var(--ink)}
footer dl{display:grid;grid-template-columns:11rem minmax(0,1fr);gap:.5rem 1.5rem;margin-top:1rem}
footer dl+h2{margin-top:3rem}
footer dt{font-weight:600}
footer dd{color:var(--quiet);max-width:44rem;overflow-wrap:anywhere}
@media screen and (max-width:60rem){
.figures{grid-template-columns:repeat(3,auto)}
}
@media screen and (max-width:44rem){
main,footer{padding:0 1rem}
header{padding-top:2.5rem}
.lead{font-size:1.375rem}
.figures{grid-template-columns:repeat(2,1fr);margin-top:2rem;gap:1.25rem 1rem}
.figures dd{font-size:1.5rem}
.findings{grid-template-columns:1fr;gap:1rem}
section{margin-top:3.5rem}
section.pair{grid-template-columns:minmax(0,1fr);gap:3.5rem}
.wide{display:none}
.narrow{display:block}
span.narrow{display:inline}
.drawing.narrow{max-width:32rem}
footer dl{grid-template-columns:minmax(0,1fr);gap:0}
footer dd{margin-bottom:.75rem}
th,td,td.barred,section.pair th,section.pair td{padding-left:.5rem}
thead th{font-size:.75rem}
th.name{min-width:7rem}
thead th:first-child,th.name{position:sticky;left:0;background:var(--paper)}
.bar{display:none}
}
@media print{
@page{margin:14mm 15mm}
html{font-size:9.5pt}
body{-webkit-print-color-adjust:exact;print-color-adjust:exact;background:none}
main,footer{max-width:none;padding:0}
header{padding-top:0}
.lead{font-size:17pt}
.figures{display:flex;flex-wrap:wrap;gap:1rem;margin-top:1.5rem;padding:1rem 0}
.figures dd{font-size:15pt}
.findings{margin-top:1.25rem}
section{margin-top:1.75rem}
section.pair{gap:1.75rem}
section.pair th,section.pair td{padding-left:.375rem}
section.pair th:first-child{min-width:5.5rem}
details:not([open]){display:none}
.scroll{overflow:visible}
th,td{padding-left:.625rem}
td.barred{padding-left:4rem}
.bar{left:1.25rem;width:2.25rem}
figure,.findings li,tr,footer dd,.figures div{break-inside:avoid}
h2,summary,footer dt{break-after:avoid}
thead{display:table-header-group}
footer{margin-top:2rem;padding-bottom:0;font-size:7.5pt}
footer dl{gap:.25rem 1.5rem;margin-top:.5rem}
footer dl+h2{margin-top:1.5rem}
}
`;

function variables(palette: Palette): string {
  const { steps, shares, ...plain } = palette;
  const named: [string, string][] = Object.entries(plain);
  for (const [name, list] of Object.entries({ step: steps, share: shares })) {
    list.forEach(({ fill, text }, index) => named.push([`${name}-${index}`, fill], [`${name}-${index}-text`, text]));
  }
  return named.map(([name, colour]) => `--${name}:${colour}`).join(';');
}
