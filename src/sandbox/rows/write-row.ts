import { $CallLog } from '../../../generated/schemas/index.ts';
import { choose, draw } from '../chance.ts';
import type { ApiTime } from '../wire-time/api-time.ts';

import type { Call } from './call.ts';
import { hostileText } from './hostile-text.ts';
import { schemaValue } from './schema-value.ts';
import type { PropertySchema } from './schema-value.ts';

type FieldWriter = (call: Call, time: ApiTime) => string;

const TAGS = [null, null, null, 'Sales', 'Support', 'Billing', choose(hostileText, 3), choose(hostileText, 9)].map(
  (tag) => JSON.stringify(tag),
);
const INTERNATIONAL_RATE_CENTS = 12;

/** How each field that the sandbox knows is written as JSON (facts 18, 21 to 25). */
const writers: Readonly<Record<string, FieldWriter>> = {
  id: ({ id }) => `"${id}"`,
  start: ({ start }, time) => `"${time.format(start)}"`,
  end: ({ end }, time) => `"${time.format(end)}"`,
  length: ({ start, end }) => String(end - start),
  direction: ({ direction }) => `"${direction}"`,
  result: ({ result }) => `"${result}"`,
  from: ({ source }) => source.json.number,
  to: ({ destination }) => destination.json.number,
  source_user: ({ source }) => source.json.user,
  source_user_full_name: ({ source }) => source.json.fullName,
  source_device_name: ({ source }) => source.json.deviceName,
  source_sip_id: ({ source }) => source.json.sipId,
  source_extension: ({ source }) => source.json.extension,
  destination_user: ({ destination }) => destination.json.user,
  destination_user_full_name: ({ destination }) => destination.json.fullName,
  destination_device_name: ({ destination }) => destination.json.deviceName,
  destination_sip_id: ({ destination }) => destination.json.sipId,
  destination_extension: ({ destination }) => destination.json.extension,
  in_network: ({ direction }) => String(direction === 'Extension'),
  international: (call) => String(isInternational(call)),
  rate: (call) => String(rateCents(call) / 100),
  charge: (call) => String((rateCents(call) * Math.ceil((call.end - call.start) / 60)) / 100),
  recorded: ({ seed, result }) => String(result === 'Answered' && draw(seed, 20) % 3 === 0),
  custom_tag: ({ seed }) => choose(TAGS, draw(seed, 21)),
};

/** Writes calls as JSON rows: the fields of the document, in its order. */
export function createRowWriter(
  time: ApiTime,
  properties: Readonly<Record<string, PropertySchema>> = $CallLog.properties,
): (call: Call) => string {
  const fields = Object.entries(properties).map(([name, schema], place) => ({
    label: `${place === 0 ? '{' : ','}${JSON.stringify(name)}:`,
    write: writers[name] ?? newField(schema, place),
  }));
  return (call) => {
    let text = '';
    for (const { label, write } of fields) text += label + write(call, time);
    return `${text}}`;
  };
}

function newField(schema: PropertySchema, place: number): FieldWriter {
  return ({ seed }) => JSON.stringify(schemaValue(schema, draw(seed, 100 + place)));
}

function isInternational({ source, destination }: Call): boolean {
  return source.isInternational || destination.isInternational;
}

function rateCents(call: Call): number {
  return call.direction === 'Outbound' && isInternational(call) ? INTERNATIONAL_RATE_CENTS : 0;
}
