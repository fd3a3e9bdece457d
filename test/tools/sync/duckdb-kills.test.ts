import { createDuckDBPlace } from './duckdb-place.ts';
import { describeKills } from './kills.ts';

describeKills('a DuckDB file', async () => {
  const { path, remove } = await createDuckDBPlace();
  return { place: path, remove };
});
