import { createDuckDBPlace } from './duckdb-place.ts';
import { describeKills } from './kills.ts';

describeKills('a DuckDB file', async () => {
  const place = await createDuckDBPlace();
  return { place: place.path, remove: () => place.remove() };
});
