import { breaking, gain, harmless, notable, type Judgement } from '../change.ts';
import { isNumeric, list, sentence, show, without, type Rule, type Subject } from './rule.ts';

const limits = new Set([
  'pattern',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'uniqueItems',
]);
const alternatives = new Set(['OneOf', 'AnyOf', 'Not']);

/** What the API answers: a user reads it, so what is no longer there breaks, and what is new does not. */
export const answerRule: Rule = (subject) => {
  const { change, place } = subject;
  if (place.area !== 'answer' || !/Schema|OneOf|AnyOf|AllOf|Not/.test(change.typeName)) return undefined;
  if (change.kind === 'removed') return removed(subject);
  if (change.kind === 'added') return added(subject);
  return change.property === undefined ? undefined : modified(subject, change.property);
};

function removed({ change, place }: Subject): Judgement {
  const label = sentence(place.label);
  if (/\/(oneOf|anyOf)\/\d+$/.test(change.path)) {
    return harmless(`${label} has one possible shape less`, 'Code that handles the others goes on working.');
  }
  if (change.typeName === 'SchemaProperties') return breaking(`${label} has no fields any more`, readers(place.field));
  if (change.typeName !== 'Schema') return breaking(`${label} has another type`, readers(place.field));
  if (/\/(items|schema)$/.test(change.path)) return breaking(`${label} is no longer described`, 'Its type is unknown.');
  return breaking(`${label} is gone`, readers(place.field));
}

function added({ change, place }: Subject): Judgement {
  const label = sentence(place.label);
  if (/\/(oneOf|anyOf)\/\d+$/.test(change.path) || alternatives.has(change.typeName)) {
    return breaking(`${label} can have another shape too`, 'Code that handles the known shapes meets one it does not.');
  }
  if (change.path.endsWith('/items')) return breaking(`${label} is a list of something else`, readers(place.field));
  if (change.typeName === 'AllOf') return notable(`${label} is put together from parts`, 'The generated types change.');
  if (change.typeName === 'SchemaProperties')
    return gain(`${label} has fields of its own`, 'They appear in the types.');
  const reach = 'isRow' in place && place.isRow ? 'the types, the CSV columns and the sandbox' : 'the types';
  return gain(`${label} is new`, `It appears in ${reach}; nothing else changes.`);
}

function readers(field: string): string {
  return field === ''
    ? 'Code that reads the answer finds something else.'
    : `Code that reads \`${field}\` finds nothing, and no longer compiles.`;
}

function modified({ change, place }: Subject, property: string): Judgement | undefined {
  const before = change.base?.value;
  const after = change.revision?.value;
  const label = sentence(place.label);
  if (limits.has(property)) {
    return notable(
      `${label} states another ${property}: ${show(after)} instead of ${show(before)}`,
      'Its values may look different; the types stay the same.',
    );
  }
  if (property === 'key') return renamed(String(before), String(after), place);
  return modifiedProperties[property]?.({ label, before, after });
}

function renamed(before: string, after: string, place: Subject['place']): Judgement {
  const owner = /of (the rows|a page|the answer \S+)$/.exec(place.label)?.[0] ?? 'of the answer';
  if (/^(total_pages?|page_count|pages)$/.test(before)) {
    return breaking(
      `The page count \`${before}\` ${owner} is now called \`${after}\``,
      `A loop that reads \`${before}\` gets undefined and ends after the first page, without an error.`,
    );
  }
  return breaking(
    `\`${before}\` ${owner} is now called \`${after}\``,
    `Code that reads \`${before}\` finds nothing, and no longer compiles.`,
  );
}

interface Modification {
  label: string;
  before: unknown;
  after: unknown;
}

const modifiedProperties: Readonly<Record<string, (change: Modification) => Judgement>> = {
  type: ({ label, before, after }) => {
    const title = `${label} has another type: ${show(after)} instead of ${show(before)}`;
    if (before === 'number' && after === 'integer') return harmless(title, 'A whole number still is a number.');
    if (before === 'integer' && after === 'number') return notable(title, 'Its values may have fractions.');
    return breaking(title, 'Code that uses its value as before fails, or counts wrongly.');
  },
  nullable: ({ label, after }) =>
    after === true
      ? breaking(`${label} may be null`, 'Code that uses its value without a look fails.')
      : gain(`${label} is never null`, 'Checks for null are no longer needed.'),
  format: ({ label, before, after }) => {
    const title = `${label} has another format: ${show(after)} instead of ${show(before)}`;
    if (isNumeric(before, after)) return notable(title, 'A number still is a number; it may be larger or less exact.');
    return breaking(title, 'Its values are written differently while the type stays the same, so no compiler notices.');
  },
  enum: ({ label, before, after }) => {
    const lost = without(before, after);
    const won = without(after, before);
    if (before === undefined) {
      return notable(`${label} says which values it has: ${list(won)}`, 'Comparisons with others no longer compile.');
    }
    if (after === undefined) return notable(`${label} may have any value`, 'A list of cases is no longer complete.');
    const parts = [won.length > 0 && `may also be ${list(won)}`, lost.length > 0 && `is no longer ${list(lost)}`];
    const title = `${label} ${parts.filter((part) => part !== false).join(' and ') || 'lists its values in another order'}`;
    if (won.length + lost.length === 0) return harmless(title, 'The values are the same.');
    return notable(
      title,
      won.length > 0
        ? 'Code that lists the cases meets one it does not know.'
        : 'Code that waits for it waits in vain, and a comparison with it no longer compiles.',
    );
  },
  required: ({ label, before, after }) => {
    const lost = without(before, after);
    return lost.length > 0
      ? breaking(`${label} may lack ${list(lost)}`, 'Code that relies on it fails where it is absent.')
      : gain(`${label} always has ${list(without(after, before))}`, 'Checks for undefined are no longer needed.');
  },
  deprecated: ({ label, after }) =>
    after === true
      ? notable(`${label} is deprecated`, 'It still works; the provider means to remove it.')
      : harmless(`${label} is no longer deprecated`, 'It stays.'),
  default: ({ label, before, after }) =>
    notable(`${label} defaults to ${show(after)} instead of ${show(before)}`, 'What an absent value means changes.'),
  additionalProperties: ({ label }) =>
    notable(`${label} says something else about further fields`, 'The generated types change.'),
  readOnly: ({ label }) => notable(`${label} says something else about who sets it`, 'The generated types may change.'),
  writeOnly: ({ label }) =>
    notable(`${label} says something else about who sets it`, 'The generated types may change.'),
  discriminator: ({ label }) => notable(`${label} tells its shapes apart otherwise`, 'The generated types change.'),
};
