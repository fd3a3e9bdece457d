import { createHash } from 'node:crypto';

import { notable, type Change, type Judgement } from './change.ts';
import { at, isObject, type Document } from './documents/parse-document.ts';
import { oneLine } from './one-line.ts';
import { list, without } from './rules/rule.ts';

const fields = '#/components/schemas/CallLog/properties';

/** What the engine passes over and users of this package notice. */
export function ownChanges(base: Document, head: Document): Change[] {
  return [...columnOrder(base, head), ...knownValues(base, head)];
}

/** The order of fields has no meaning in a document, but it is the order of the CSV columns. */
function columnOrder(base: Document, head: Document): Change[] {
  const before = Object.keys(object(at(base, fields)));
  const after = Object.keys(object(at(head, fields)));
  const inBoth = (names: string[], others: string[]): string => names.filter((name) => others.includes(name)).join(' ');
  if (inBoth(before, after) === inBoth(after, before)) return [];
  const title = 'The fields of the rows stand in another order';
  const meaning = 'So do the columns of a CSV file: what reads them by number instead of by name reads others.';
  return [change('CallLog.order', [before, after], notable(title, meaning))];
}

/** Values of an open set, which the overlay lists under `x-extensible-enum`. */
function knownValues(base: Document, head: Document): Change[] {
  return Object.entries(object(at(head, fields))).flatMap(([name, schema]) => {
    const before = object(at(base, `${fields}/${name}`))['x-extensible-enum'];
    const after = object(schema)['x-extensible-enum'];
    const won = before === undefined ? [] : without(after, before);
    const lost = after === undefined ? [] : without(before, after);
    const more = notable(
      `\`${name}\` of the rows may also be ${list(won)}`,
      'Code that lists the cases meets one it does not know.',
    );
    const less = notable(
      `\`${name}\` of the rows is no longer known to be ${list(lost)}`,
      'Code that waits for it may wait in vain.',
    );
    const where = `CallLog.${name}`;
    return [
      ...(won.length > 0 ? [change(where, won, more)] : []),
      ...(lost.length > 0 ? [change(where, ['without', ...lost], less)] : []),
    ];
  });
}

function change(where: string, value: unknown, judgement: Judgement): Change {
  const hash = createHash('sha256')
    .update(JSON.stringify([where, value]))
    .digest('hex');
  return {
    ...judgement,
    where,
    pointer: fields,
    title: oneLine(judgement.title),
    fingerprint: hash.slice(0, 12),
    names: [],
  };
}

function object(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}
