import { choose, draw } from '../chance.ts';

/** As much of a generated schema's property as a value can be made from. */
export interface PropertySchema {
  readonly type: string;
  readonly isNullable?: boolean;
  readonly format?: string;
  readonly contains?: unknown;
}

const NULL_PERCENT = 20;
const WORDS = ['alpha', 'bravo', 'charlie', 'delta'];

/** A value for a field that the sandbox doesn't know by name: a field new in the document, made from its type alone. */
export function schemaValue(schema: PropertySchema, seed: number): unknown {
  if (schema.isNullable === true && draw(seed, 1) % 100 < NULL_PERCENT) return null;
  if (schema.type === 'boolean') return draw(seed, 2) % 2 === 0;
  if (schema.type === 'number') return draw(seed, 3) % 1000;
  if (schema.type === 'array') return [];
  if (schema.type === 'string') return schemaText(schema.format, seed);
  return alternatives(schema.contains).map((alternative) => schemaValue(alternative, seed))[0] ?? {};
}

function schemaText(format: string | undefined, seed: number): string {
  if (format === 'date-time') return new Date(draw(seed, 4) * 1000).toISOString();
  if (format === 'uri') return `https://example.com/${draw(seed, 5)}`;
  return choose(WORDS, draw(seed, 6));
}

function alternatives(contains: unknown): PropertySchema[] {
  return Array.isArray(contains) ? (contains as PropertySchema[]) : [];
}
