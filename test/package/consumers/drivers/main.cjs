// The same from a CommonJS module.
const { keepMonth } = require('./keep-month.cjs');

const entries = ['vbc-reports', 'vbc-reports/report', 'vbc-reports/sandbox', 'vbc-reports/sync'];
keepMonth(Object.assign({}, ...entries.map(require)), 'calls-commonjs.duckdb').catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
