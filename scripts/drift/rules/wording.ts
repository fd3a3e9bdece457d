import { harmless } from '../change.ts';
import { sentence, type Rule } from './rule.ts';

const texts = new Set(['description', 'summary', 'title', 'example', 'examples', 'externalDocs', 'tags', 'xml']);
const aboutTheDocument = new Set(['Info', 'Contact', 'License', 'Tag', 'TagList', 'ExternalDocs', 'Logo']);
const examples = new Set(['Example', 'ExamplesMap', 'Examples']);
const unread = 'Only the documentation beside the types changes.';

/** Texts, examples and extensions, wherever they stand. */
export const wordingRule: Rule = ({ change, place }) => {
  const { property, typeName } = change;
  if (property !== undefined && (texts.has(property) || property.startsWith('x-'))) {
    return harmless(`${sentence(place.label)} is described in other words (${property})`, unread);
  }
  if (examples.has(typeName)) return harmless(`${sentence(place.label)} has another example`, unread);
  if (!aboutTheDocument.has(typeName)) return undefined;
  const what = property ?? typeName.toLowerCase();
  return harmless(`The document says something else about itself (${what})`, unread);
};
