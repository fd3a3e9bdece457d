import { $CallLog } from '../../../generated/schemas/index.ts';
import { draw } from '../chance.ts';

import type { CallPattern } from './call-patterns.ts';
import { schemaValue } from './schema-value.ts';
import type { PropertySchema } from './schema-value.ts';

/** What differs between the rows of a pattern; each is as long in every row. */
const slotLengths = { id: 36, start: 19, end: 19 } as const;

export type SlotName = keyof typeof slotLengths;

/** A row as bytes of JSON, but for what stands in its slots. */
export interface RowTemplate {
  /** Seconds from the call's start to its end. */
  readonly length: number;
  readonly bytes: Buffer;
  /** Where each slot begins. */
  readonly slots: readonly { readonly name: SlotName; readonly at: number }[];
}

type FieldValue = (pattern: CallPattern) => unknown;

const INTERNATIONAL_RATE_CENTS = 12;

/** What the fields say that the sandbox knows by name (facts 21 and 23 to 25). */
const fieldValues: Readonly<Record<string, FieldValue>> = {
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

/** A pattern's row: the fields of the document, in its order. A field the sandbox doesn't know gets a value of its type. */
export function createRowTemplate(
  pattern: CallPattern,
  properties: Readonly<Record<string, PropertySchema>> = $CallLog.properties,
): RowTemplate {
  const slots: { name: SlotName; at: number }[] = [];
  let text = '{';
  for (const [place, [name, schema]] of Object.entries(properties).entries()) {
    text += `${place === 0 ? '' : ','}${JSON.stringify(name)}:`;
    if (isSlot(name)) {
      slots.push({ name, at: Buffer.byteLength(text) + 1 });
      text += JSON.stringify('-'.repeat(slotLengths[name]));
    } else {
      const value = fieldValues[name]?.(pattern) ?? null;
      text += JSON.stringify(name in fieldValues ? value : schemaValue(schema, draw(pattern.seed, 100 + place)));
    }
  }
  return { length: pattern.length, bytes: Buffer.from(`${text}}`), slots };
}

function isSlot(name: string): name is SlotName {
  return Object.hasOwn(slotLengths, name);
}

function isInternational({ source, destination }: CallPattern): boolean {
  return source.isInternational || destination.isInternational;
}

function rateCents(pattern: CallPattern): number {
  return pattern.direction === 'Outbound' && isInternational(pattern) ? INTERNATIONAL_RATE_CENTS : 0;
}
