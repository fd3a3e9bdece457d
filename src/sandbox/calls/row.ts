import { $CallLog } from '../../../generated/schemas/index.ts';
import type { components } from '../../../generated/types.ts';

import type { CallPattern } from './patterns.ts';
import { choose, draw, scramble } from './random.ts';

/** A row of call logs as the document describes it. */
export type CallRow = components['schemas']['CallLog'];

/** The parts of a generated schema's property from which a value can be made. */
export interface PropertySchema {
  readonly type: string;
  readonly isNullable?: boolean;
  readonly format?: string;
  readonly contains?: unknown;
}

const INTERNATIONAL_RATE_CENTS = 12;
const NULL_PERCENT = 20;
const WORDS = ['alpha', 'bravo', 'charlie', 'delta'];

/**
 * The values of the fields that the sandbox knows by name (facts 21 and 23 to 25). Each call has its own id and times.
 */
const fieldValues: Readonly<Record<string, (pattern: CallPattern) => unknown>> = {
  id: () => '',
  start: () => '',
  end: () => '',
  length: ({ length }) => length,
  direction: ({ direction }) => direction,
  result: ({ result }) => result,
  from: ({ source }) => source.number,
  to: ({ destination }) => destination.number,
  source_user: ({ source }) => source.user,
  source_user_full_name: ({ source }) => source.fullName,
  source_device_name: ({ source }) => source.deviceName,
  source_sip_id: ({ source }) => source.sipId,
  source_extension: ({ source }) => source.extension,
  destination_user: ({ destination }) => destination.user,
  destination_user_full_name: ({ destination }) => destination.fullName,
  destination_device_name: ({ destination }) => destination.deviceName,
  destination_sip_id: ({ destination }) => destination.sipId,
  destination_extension: ({ destination }) => destination.extension,
  in_network: ({ direction }) => direction === 'Extension',
  international: isInternational,
  rate: (pattern) => rateCents(pattern) / 100,
  charge: (pattern) => (rateCents(pattern) * Math.ceil(pattern.length / 60)) / 100,
  recorded: ({ seed, result }) => result === 'Answered' && draw(seed, 20) % 3 === 0,
  custom_tag: ({ customTag }) => customTag,
};

/**
 * Makes the row of a pattern: the fields of the document, in its order. A field that the sandbox does not know gets a
 * value of its type, so that a field new in the document appears by regenerating.
 */
export function patternRow(
  pattern: CallPattern,
  properties: Readonly<Record<string, PropertySchema>> = $CallLog.properties,
): CallRow {
  const fields = Object.entries(properties).map(([name, schema], place) => {
    const known = fieldValues[name];
    return [name, known === undefined ? schemaValue(schema, draw(pattern.seed, 100 + place)) : known(pattern)];
  });
  return Object.fromEntries(fields) as CallRow;
}

/** Makes a call's id, a UUID (fact 22). No two are equal: the first word differs by place, the last by month. */
export function callId(seed: number, month: number, place: number): string {
  const first = scramble(place ^ scramble(seed));
  const last = scramble(month ^ first);
  const bytes = Buffer.allocUnsafe(16);
  bytes.writeUInt32BE(first, 0);
  bytes.writeUInt32BE(((draw(first ^ last, 1) & 0xffff0fff) | 0x4000) >>> 0, 4);
  bytes.writeUInt32BE(((draw(first ^ last, 2) & 0x3fffffff) | 0x80000000) >>> 0, 8);
  bytes.writeUInt32BE(last, 12);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function isInternational({ source, destination }: CallPattern): boolean {
  return source.isInternational || destination.isInternational;
}

function rateCents(pattern: CallPattern): number {
  return pattern.direction === 'Outbound' && isInternational(pattern) ? INTERNATIONAL_RATE_CENTS : 0;
}

function schemaValue(schema: PropertySchema, seed: number): unknown {
  if (schema.isNullable === true && draw(seed, 1) % 100 < NULL_PERCENT) return null;
  if (schema.type === 'boolean') return draw(seed, 2) % 2 === 0;
  if (schema.type === 'number') return draw(seed, 3) % 1000;
  if (schema.type === 'array') return [];
  if (schema.type === 'string') return schemaText(schema.format, seed);
  const [alternative] = Array.isArray(schema.contains) ? (schema.contains as PropertySchema[]) : [];
  return alternative === undefined ? {} : schemaValue(alternative, seed);
}

function schemaText(format: string | undefined, seed: number): string {
  if (format === 'date-time') return new Date(draw(seed, 4) * 1000).toISOString();
  if (format === 'uri') return `https://example.com/${draw(seed, 5)}`;
  return choose(WORDS, draw(seed, 6));
}
