import { rmSync } from 'node:fs';
import { defineConfig, type Options } from 'tsup';

type Plugin = NonNullable<Options['plugins']>[number];

// tsup's own `clean` leaves declaration files, and a shared chunk of an earlier build would be packed.
rmSync('dist', { recursive: true, force: true });

/** What every bundle has in common. Nothing is minified: a stack trace in a user's log should be readable. */
const common = {
  target: 'node20',
  outDir: 'dist',
  // Deno and Workers know Node's modules by their prefix only.
  removeNodeProtocol: false,
};

/**
 * Parts that are loaded when first used are loaded by `require` in CommonJS: a program that runs in a `vm` context, as
 * every jest test does, has no `import()` there.
 */
const requireInCommonJs: Plugin = {
  name: 'require-in-commonjs',
  renderChunk(code) {
    if (this.format !== 'cjs') return undefined;
    return { code: code.replaceAll(/\bimport\((['"]\.\/[^'"]+['"])\)/g, 'Promise.resolve().then(() => require($1))') };
  },
};

export default defineConfig([
  {
    ...common,
    entry: { index: 'src/index.ts', node: 'src/node.ts', sandbox: 'src/sandbox.ts' },
    format: ['esm', 'cjs'],
    dts: true,
    // Shared chunks in both formats, so that an error thrown by `vbc-reports/node` is an instance of the class that
    // `vbc-reports` exports.
    splitting: true,
    // Rollup's pass writes the CommonJS. Without it tsup takes sucrase, which leaves no class its name: an error would
    // print as "_class3".
    treeshake: true,
    plugins: [requireInCommonJs],
  },
  {
    ...common,
    entry: { cli: 'src/tools/cli/main.ts' },
    format: ['esm'],
    // Development dependencies are bundled, so that whoever installs only the library pays for none of them.
    noExternal: ['commander', 'picocolors'],
    splitting: false,
    // The bundled commander is CommonJS and asks for Node's modules by `require`, which an ES module does not have.
    banner: {
      js: "import { createRequire as createRequireForBundle } from 'node:module';\nconst require = createRequireForBundle(import.meta.url);",
    },
  },
]);
