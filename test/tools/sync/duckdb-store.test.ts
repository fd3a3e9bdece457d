import { createDuckDBPlace } from './duckdb-place.ts';
import { describeStore } from './store-contract.ts';

describeStore('DuckDB', createDuckDBPlace);
