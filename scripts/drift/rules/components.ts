import { breaking, gain, harmless, notable } from '../change.ts';
import { answerRule } from './answers.ts';
import { sentence, show, type Rule } from './rule.ts';

/**
 * Shared definitions. Nothing on the wire has their name, but the exported types do, which is why a rename breaks users
 * of this package and no other.
 */
export const componentRule: Rule = (subject) => {
  const { change, place, base } = subject;
  if (place.area !== 'component') return undefined;
  if (!place.isWhole) return inside(subject);
  if (change.property === 'key') {
    const names = `${show(change.base?.value)} is now called ${show(change.revision?.value)}`;
    return breaking(`The component ${names}`, 'The exported type of that name is gone; the API is the same.');
  }
  if (change.kind === 'added') return gain(`${sentence(place.label)} is new`, 'Its type can be used.');
  if (change.kind !== 'removed') return undefined;
  const reference = `"#/${change.path.replace(/^#\//, '')}"`;
  return JSON.stringify(base).includes(reference)
    ? breaking(`${sentence(place.label)} is gone`, 'The exported type of that name is gone; the API is the same.')
    : notable(`${sentence(place.label)}, which nothing used, is gone`, 'The exported type of that name is gone.');
};

/** A definition that nothing refers to reaches no user but through its type. */
const inside: Rule = (subject) => {
  const { place } = subject;
  if (place.area !== 'component' || !subject.change.typeName.includes('Schema')) return undefined;
  const asAnswer = { area: 'answer', label: place.label, field: place.field, isRow: false } as const;
  const judgement = answerRule({ ...subject, place: asAnswer });
  if (judgement?.verdict !== 'breaking')
    return judgement ?? harmless(`${sentence(place.label)} changes`, 'Nothing uses it.');
  return notable(judgement.title, 'Nothing uses the component; only its exported type changes.');
};
