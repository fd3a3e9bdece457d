import { breaking, gain, harmless, notable, type Judgement } from '../change.ts';
import { isObject } from '../documents/parse-document.ts';
import { isNumeric, list, sentence, show, without, type Rule, type Subject } from './rule.ts';

const refused = 'Requests that are written as before are refused.';

/** What a request may say: a user writes it, so what is asked for in addition breaks, and what is let off does not. */
export const parameterRule: Rule = (subject) => {
  const { change, place } = subject;
  if (change.typeName === 'ParameterList' && change.kind === 'added') return addedList(subject);
  if (change.typeName === 'ParameterList')
    return breaking(`${sentence(place.label)} takes no parameters any more`, refused);
  if (place.area !== 'parameter') return undefined;
  if (place.inSchema) return schema(subject);
  if (change.kind === 'removed') return removed(place.label, place.field);
  if (change.kind === 'added') return added(place.label, isRequired(change.revision?.value));
  return change.property === undefined ? undefined : modified(subject, change.property);
};

function isRequired(parameter: unknown): boolean {
  return isObject(parameter) && parameter.required === true;
}

function addedList({ change, place }: Subject): Judgement {
  const parameters = Array.isArray(change.revision?.value) ? (change.revision.value as unknown[]) : [];
  // A reference hides what it refers to, so it counts as required.
  const required = parameters.some(
    (parameter) => isRequired(parameter) || (isObject(parameter) && '$ref' in parameter),
  );
  return added(`parameters for ${place.label}`, required);
}

function added(label: string, required: boolean): Judgement {
  return required
    ? breaking(`${sentence(label)} is new and required`, refused)
    : gain(`${sentence(label)} is new`, 'Requests may use it; those that do not go on working.');
}

function removed(label: string, name: string): Judgement {
  return breaking(
    `${sentence(label)} is gone`,
    `Code that sends \`${name}\` is refused, or is answered with more rows.`,
  );
}

function modified({ change, place }: Subject, property: string): Judgement | undefined {
  const { label, field } = place;
  const after = change.revision?.value;
  if (property === 'name') {
    return breaking(
      `${sentence(label)} is now called ${show(after)}`,
      `Code that sends \`${field}\` is refused, or is answered with more rows.`,
    );
  }
  if (property === 'in') return breaking(`${sentence(label)} is sent in the ${String(after)} now`, refused);
  if (property === 'required') {
    return after === true
      ? breaking(`${sentence(label)} is required`, 'Requests that leave it out are refused.')
      : gain(`${sentence(label)} may be left out`, 'Requests that send it go on working.');
  }
  if (property === 'deprecated') {
    return after === true
      ? notable(`${sentence(label)} is deprecated`, 'It still works; the provider means to remove it.')
      : harmless(`${sentence(label)} is no longer deprecated`, 'It stays.');
  }
  if (property === 'style' || property === 'explode') {
    return breaking(`${sentence(label)} is written in another way (${property})`, refused);
  }
  return undefined;
}

function schema(subject: Subject): Judgement | undefined {
  const { change, place } = subject;
  const label = sentence(place.label);
  const before = change.base?.value;
  const after = change.revision?.value;
  if (change.kind !== 'modified' || change.property === undefined) return byEngine(subject, 'has another shape');
  switch (change.property) {
    case 'enum':
      return enumeration(label, before, after);
    case 'default':
      return notable(
        `${label} defaults to ${show(after)} instead of ${show(before)}`,
        'Requests that leave it out are answered differently. `list()` states it; raw requests may not.',
      );
    case 'format':
      if (after === undefined)
        return notable(`${label} no longer states a format`, 'What was accepted should still be.');
      return (isNumeric(before, after) ? notable : breaking)(
        `${label} has another format: ${show(after)} instead of ${show(before)}`,
        isNumeric(before, after) ? 'Very large or very exact numbers may be refused.' : refused,
      );
    case 'type':
      if (before === 'integer' && after === 'number')
        return gain(`${label} takes fractions too`, 'Nothing else changes.');
      return byEngine(subject, `has another type: ${show(after)} instead of ${show(before)}`);
    case 'nullable':
      return after === true
        ? gain(`${label} may be null`, 'Requests that send a value go on working.')
        : breaking(`${label} may no longer be null`, refused);
    default:
      return byEngine(subject, `has another ${change.property}: ${show(after)} instead of ${show(before)}`);
  }
}

function enumeration(label: string, before: unknown, after: unknown): Judgement {
  const lost = without(before, after);
  if (before === undefined) return breaking(`${label} takes ${list(without(after, before))} only`, refused);
  if (after === undefined)
    return gain(`${label} takes any value`, 'Requests that are written as before go on working.');
  if (lost.length > 0) return breaking(`${label} no longer takes ${list(lost)}`, refused);
  return gain(`${label} also takes ${list(without(after, before))}`, 'Requests may use it.');
}

/** Narrower or wider is for the engine to say: it knows how limits compare. */
function byEngine({ change, place }: Subject, what: string): Judgement {
  const title = `${sentence(place.label)} ${what}`;
  if (change.impact === 'major') return breaking(title, refused);
  return gain(title, 'Requests that are written as before go on working.');
}
