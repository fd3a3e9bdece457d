// Which part may import which: `npm run lint:arrows`. Paths are resolved first, so how an import is spelt (`../x`,
// `../../x`, through an index, type-only, `import()`) makes no difference. test/architecture/ plants forbidden imports.

/** A room's own files are always allowed. `node` allows Node's modules. Everything that is not listed is refused. */
const rooms = {
  generated: { path: 'generated/', may: [] },

  'core/present': { path: 'src/core/present\\.ts', may: [] },
  'core/errors': { path: 'src/core/errors(/|\\.ts)', may: ['core/present'] },
  'core/checks': { path: 'src/core/checks\\.ts', may: ['core/present', 'core/errors'] },
  'core/events': { path: 'src/core/events(/|\\.ts)', may: ['core/present', 'core/errors'] },
  'core/time': { path: 'src/core/time(/|\\.ts)', may: ['core/present', 'core/errors', 'core/checks'] },
  'core/http': {
    path: 'src/core/http/',
    may: ['core/present', 'core/errors', 'core/checks', 'core/events', 'core/time'],
  },
  'core/auth': {
    path: 'src/core/auth/',
    may: ['core/present', 'core/errors', 'core/checks', 'core/events', 'core/time', 'core/http'],
  },
  'core/drift': { path: 'src/core/drift(/|\\.ts)', may: ['core/present', 'core/errors', 'core/events', 'generated'] },
  // The rest of core, such as the options, which have a part in every folder.
  core: { path: 'src/core/', may: ['generated', 'openapi-fetch'] },

  // What a call, a page and a query are: the words that the engine shares with the rest of call-logs.
  'call-logs/call-log': { path: 'src/call-logs/call-log\\.ts', may: ['core/errors', 'generated'] },
  // Decides and does nothing: of core it may use what is as pure as itself.
  'call-logs/engine': {
    path: 'src/call-logs/engine/',
    may: ['call-logs/call-log', 'core/present', 'core/errors', 'core/time', 'generated'],
  },
  'call-logs': { path: 'src/call-logs/', may: ['core', 'generated', 'openapi-fetch'] },
  client: { path: 'src/client\\.ts', may: ['core', 'call-logs'] },

  'tools/cli': {
    path: 'src/tools/cli/',
    may: ['library', 'faces', 'generated', 'tools', 'sandbox', 'version', 'bundled packages', 'node'],
  },
  // The rule that folds the rows of a call group, which several tools share.
  'tools/inbound-calls': { path: 'src/tools/inbound-calls\\.ts', may: ['faces'] },
  // What all that keeps data in a database shares: its error, and the least that a connection can do.
  'tools/database': { path: 'src/tools/database\\.ts', may: [] },
  'tools/postgres': { path: 'src/tools/postgres/', may: ['faces', 'tools/database', 'pg', 'node'] },
  'tools/sync': {
    path: 'src/tools/sync/',
    may: [
      ...['library', 'faces', 'generated', 'tools/inbound-calls', 'tools/database', 'tools/postgres'],
      ...['version', 'duckdb', 'node'],
    ],
  },
  'tools/report': {
    path: 'src/tools/report/',
    may: ['library', 'faces', 'generated', 'tools/inbound-calls', 'version', 'report packages', 'node'],
  },
  'tools/token-store': {
    path: 'src/tools/token-store/',
    may: ['library', 'faces', 'tools/database', 'tools/postgres', 'node'],
  },
  'tools/worker': {
    path: 'src/tools/worker/',
    may: ['library', 'faces', 'tools/database', 'tools/postgres', 'tools/sync', 'queue', 'node'],
  },
  tools: {
    path: 'src/tools/([^/]+)/',
    may: ['library', 'faces', 'generated', 'version', 'node'],
    apart: true,
  },
  sandbox: { path: 'src/sandbox/', may: ['generated', 'node'] },

  'index.ts': { path: 'src/index\\.ts', may: ['core', 'call-logs', 'client', 'generated'] },
  'sync.ts': { path: 'src/sync\\.ts', may: ['tools/sync', 'tools/token-store'] },
  'report.ts': { path: 'src/report\\.ts', may: ['tools/report'] },
  'node.ts': { path: 'src/node\\.ts', may: ['tools/token-store'] },
  'sandbox.ts': { path: 'src/sandbox\\.ts', may: ['sandbox folder'] },

  scripts: { path: 'scripts/', may: ['library', 'sandbox entry', 'generated', 'packages', 'node'] },
  bench: {
    path: 'bench/',
    may: [
      ...['library', 'sync.ts', 'sandbox entry', 'tools/report', 'tools/export', 'tools/worker face'],
      ...['test server', 'worker harness', 'generated', 'packages', 'node'],
    ],
  },
};

/** What a room may import besides other rooms. */
const places = {
  library: 'src/(index|node|client)\\.ts',
  // The index of a folder names what the tools may use of it, beside what the library exports.
  faces: 'src/(core/[^/]+|core/[^/]+/index|call-logs/index)\\.ts',
  sandbox: 'src/sandbox(\\.ts|/)',
  'test server': 'test/support/postgres\\.ts',
  'sandbox entry': 'src/sandbox\\.ts',
  'sandbox folder': 'src/sandbox/',
  tools: 'src/tools/',
  'tools/export': 'src/tools/export/index\\.ts',
  'tools/worker face': 'src/tools/worker/index\\.ts',
  // A real database, and workers in processes of their own.
  'worker harness': 'test/(support|tools/worker)/',
  version: 'package\\.json',
  // The folder may be elsewhere: a worktree may share it through a symbolic link.
  packages: '.*node_modules/',
  'openapi-fetch': '.*node_modules/openapi-fetch/',
  duckdb: '.*node_modules/@duckdb/node-api/',
  pg: '.*node_modules/(@types/)?(pg|pg-copy-streams)/',
  queue: '.*node_modules/pg-boss/',
  'report packages': '.*node_modules/((@types/)?papaparse|@observablehq/plot|linkedom)/',
  'bundled packages': '.*node_modules/(commander|picocolors|undici)/',
};

/** A folder such as core/errors is matched by its own rule, and by no rule of the folder around it. */
const inside = (name) =>
  Object.entries(rooms)
    .filter(([other]) => other.startsWith(`${name}/`))
    .map(([, { path }]) => `^${path}`);

const oneWay = Object.entries(rooms).map(([name, { path, may, apart = false }]) => {
  const own = apart ? 'src/tools/$1/' : path;
  const allowed = may.filter((place) => place !== 'node').map((place) => places[place] ?? rooms[place].path);
  return {
    name,
    comment: `${name} may import its own files and: ${may.join(', ') || 'nothing else'}`,
    severity: 'error',
    from: { path: `^${path}`, pathNot: inside(name) },
    to: {
      pathNot: [own, ...allowed].map((pattern) => `^${pattern}`),
      ...(may.includes('node') && { dependencyTypesNot: ['core'] }),
    },
  };
});

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...oneWay,
    {
      name: 'no folder without a rule',
      comment: 'Add the folder to the table of rooms in dependency-cruiser.config.js',
      severity: 'error',
      from: { path: '^src/', pathNot: Object.values(rooms).map(({ path }) => `^${path}`) },
      to: {},
    },
    { name: 'no cycle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no missing file', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    // Type-only imports count: a type that lives in the wrong place is an arrow in the wrong direction.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^test/(package/consumers|fixtures)/' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      // A package of types alone, such as undici-types, has no `main`.
      mainFields: ['main', 'types'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node'],
    },
  },
};
