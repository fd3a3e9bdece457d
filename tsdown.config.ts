import { defineConfig } from 'tsdown';
import { createNoticesPlugin } from './scripts/package/notices.ts';

/** What every bundle has in common. Nothing is minified: a stack trace in a user's log stays readable. */
const common = {
  target: 'node20.19',
  platform: 'node',
  fixedExtension: false,
  report: false,
  checks: { legacyCjs: false, pluginTimings: false },
} as const;

/**
 * Takes the default export of openapi-fetch in CommonJS as TypeScript and other bundlers do. Rolldown takes it as Node
 * does for an ES module: there `default` would be the whole of `module.exports`.
 */
const defaultExportInCommonJs = {
  name: 'default-export-in-commonjs',
  renderChunk(code: string) {
    return code.replace('__toESM(openapi_fetch, 1)', '__toESM(openapi_fetch)');
  },
};

/** Leaves what the charts need of other packages to one file, which every bundle loads. */
const chartsAside = {
  name: 'charts-aside',
  resolveId(source: string) {
    return source.endsWith('/chart-packages.ts') ? { id: './charts.cjs', external: true } : undefined;
  },
};

/** What Observable Plot and linkedom bring with them. */
const chartPackages = [
  ...['@observablehq/plot', /^d3-/, 'isoformat', 'linkedom', 'cssomnom', 'uhyphen', 'htmlparser2', 'entities'],
  ...['css-select', 'css-what', 'boolbase', 'nth-check', 'domelementtype', 'domhandler', 'domutils', 'dom-serializer'],
];

const notices = createNoticesPlugin();

// Development dependencies are bundled, so that people who use only the library do not install them. The databases stay
// outside: they are optional peers, loaded when a store is opened. Anything else that finds its way into a bundle is an
// error, and the licences of what is bundled are written beside it.
export default defineConfig([
  {
    ...common,
    entry: {
      index: 'src/index.ts',
      node: 'src/node.ts',
      sandbox: 'src/sandbox.ts',
      sync: 'src/sync.ts',
      report: 'src/report.ts',
    },
    // The entries of one format share chunks, so that each class exists once: an error thrown by `vbc-reports/node` is
    // an instance of the class that `vbc-reports` exports.
    format: ['esm', 'cjs'],
    dts: { sourcemap: false },
    deps: { onlyBundle: [] },
    plugins: [defaultExportInCommonJs, chartsAside, notices],
  },
  {
    ...common,
    entry: { cli: 'src/tools/cli/main.ts' },
    format: 'esm',
    dts: false,
    deps: { onlyBundle: ['commander', 'picocolors', 'undici', 'papaparse'] },
    plugins: [chartsAside, notices],
  },
  {
    ...common,
    entry: { charts: 'src/tools/report/page/charts/chart-packages.ts' },
    // CommonJS, because ES modules can import it and CommonJS cannot do without.
    format: 'cjs',
    dts: false,
    deps: { onlyBundle: chartPackages },
    plugins: [notices],
  },
]);
