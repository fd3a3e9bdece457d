import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { CallLog } from '../../index.ts';
import { type Column, createRowMapper, documentColumns, type ValueKind } from './sql/columns.ts';
import { identifier, literal } from './sql/connection.ts';
