import { readFile, writeFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { createDuckDBPlace } from './duckdb-place.ts';
import { fixturePath } from './fixture-contents.ts';
import { describeFixtures } from './fixture-contract.ts';
import { describeSqlStore } from './sql-contract.ts';
import { describeStore } from './store-contract.ts';

describeStore('DuckDB', createDuckDBPlace);
describeSqlStore('DuckDB', createDuckDBPlace);
describeFixtures('a DuckDB file', async (layout) => {
  const place = await createDuckDBPlace();
  await writeFile(place.path, gunzipSync(await readFile(fixturePath(layout, 'duckdb.gz'))));
  return place;
});
