import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Direction, Finding, Place, Segment } from './compare/findings.ts';
import { isLowerLimit } from './compare/schema.ts';
import { allKeys } from './compare/values.ts';
import { isObject, objectOf, oneLine } from './document.ts';

/** `gain`: safe, and something to use. `harmless`: safe, and nothing to use. */
export type Grade = 'breaking' | 'notable' | 'gain' | 'harmless';

/** The grade of a change, and its consequence for a user of the package. */
export interface Ruling {
  grade: Grade;
  meaning: string;
}

/** A row of rules.md, filled in: a sentence that is true of the two documents, and a ruling for each direction. */
export type Rule = { title: string } & Record<Direction, Ruling>;

/** A change that no rule knows is never safe: somebody has to look. */
const unknownRow = [
  '{place} changes in a way that has no rule yet ({keyword})',
  'notable: Look at it, and add a row to scripts/drift/rules.md.',
] as const;

const table = readFileSync(join(import.meta.dirname, 'rules.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| [^-]/.test(line));
const cells = table.map((line) => line.split('|').map((cell) => cell.trim()));
/** The cells of each row, by the kind of change. */
const rows = new Map(cells.map(([, change = '', ...row]) => [change, row]));

/** The rule for a difference, in the words of its place and its values. */
export function ruleFor(finding: Omit<Finding, 'uses'>): Rule {
  const { place, before, after } = finding;
  const kind = kindOf(finding);
  const variant = before === undefined ? 'new' : after === undefined ? 'gone' : 'changed';
  const [title = '', received = '', sent = ''] = rows.get(`${kind} ${variant}`) ?? rows.get(kind) ?? unknownRow;
  const words: Readonly<Record<string, string>> = {
    place: labelOf(place),
    parent: ownerLabel(place.owner.slice(0, -1)),
    name: show(place.owner.at(-1)?.[1]),
    keyword: show(kind),
    keys: allKeys(objectOf(before), objectOf(after)).sort().join(', '),
    before: list(before),
    after: list(after),
  };
  const fill = (text: string): string => oneLine(text.replaceAll(/\{(\w+)\}/g, (_, name: string) => words[name] ?? ''));
  const ruling = (cell: string): Ruling => {
    const [grade = '', ...meaning] = cell.split(': ');
    return { grade: grade as Grade, meaning: fill(meaning.join(': ')) };
  };
  return { title: capital(fill(title)), received: ruling(received), sent: ruling(sent || received) };
}

const pageCount = /^(total_pages?|page_count|pages)$/;

/** The kind of a difference, refined by its values. */
function kindOf({ kind, before, after }: Omit<Finding, 'uses'>): string {
  const formats = kind === 'format' ? [before, after].filter((format) => format !== undefined) : [];
  const are = (names: RegExp): boolean =>
    formats.length > 0 && formats.every((each) => typeof each === 'string' && names.test(each));
  if (are(/^(int32|int64|float|double)$/)) return 'number format';
  if (are(/^(date-time|date|time|duration)$/) && formats.length === 1) return 'time format';
  if (kind === 'field' && after !== undefined && pageCount.test(String(before))) return 'page count';
  if (kind === 'openapi' && minorVersion(before) === minorVersion(after)) return 'openapi patch';
  return kind === 'limit' && isLooser(before, after) ? 'looser limit' : kind;
}

const minorVersion = (version: unknown): string => String(version).split('.').slice(0, 2).join('.');

function isLooser(before: unknown, after: unknown): boolean {
  const [[keyword, limit] = ['', undefined]] = Object.entries(objectOf(after));
  const known = objectOf(before)[keyword];
  if (typeof known !== 'number' || typeof limit !== 'number') return false;
  if (keyword === 'multipleOf') return known % limit === 0;
  return isLowerLimit(keyword) ? limit < known : limit > known;
}

/** A value from a document, short and marked as code. */
function show(value: unknown): string {
  const text = oneLine(typeof value === 'string' ? value : JSON.stringify(value ?? null));
  const short = text.length > 60 ? `${text.slice(0, 57)}…` : text;
  return `\`${short.replaceAll('`', "'")}\``;
}

/** "`a`, `b` or `c`"; an object as "`maximum: 500`". */
function list(value: unknown): string {
  const values = Object.entries(objectOf(value)).map(
    ([key, own]) => `${key}: ${typeof own === 'string' ? own : JSON.stringify(own)}`,
  );
  const shown = (isObject(value) ? values : [value].flat()).map(show);
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} or ${shown.at(-1) ?? ''}`;
}

/** With a capital, as a sentence begins. */
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A place by its name: "`CallLog.rate`", "the query parameter `from` of `GET /calls`". */
function labelOf({ owner, fields }: Place): string {
  const join = (path: string, step: string): string =>
    /^[<[]/.test(step) || path === '' ? `${path}${step}` : `${path}.${step}`;
  const [[kind, name] = ['', '']] = owner;
  const schema = kind === 'component' ? /^schemas\/(.*)/.exec(name)?.[1] : undefined;
  if (schema !== undefined) return show(fields.reduce(join, schema));
  if (fields.join() === '[]') return `each item of ${ownerLabel(owner)}`;
  return fields.length === 0 ? ownerLabel(owner) : `${show(fields.reduce(join, ''))} in ${ownerLabel(owner)}`;
}

/** "the 200 response of `GET /calls`" */
export function ownerLabel(owner: readonly Segment[]): string {
  const named = owner.filter(([kind, name]) => kind !== 'body' || name !== 'application/json');
  return named.map(segmentLabel).toReversed().join(' of ');
}

const nouns: Readonly<Record<string, string>> = {
  schemas: '',
  requestBodies: 'the shared request body ',
  mediaTypes: 'the shared media type ',
  pathItems: 'the shared path ',
  securitySchemes: 'the security scheme ',
};

function segmentLabel([kind, name]: Segment): string {
  const [first = '', ...others] = name.split(kind === 'component' ? '/' : ' ');
  if (kind === 'document') return 'the API';
  if (kind === 'path' || kind === 'operation') return show(name);
  if (kind === 'parameter') return `the ${first} parameter ${show(others.join(' '))}`;
  if (kind === 'request') return 'the request body';
  if (kind === 'response') return `the ${oneLine(name)} response`;
  if (kind !== 'component') return `the ${kind} ${show(name)}`;
  const noun = nouns[first] ?? `the shared ${first.slice(0, -1)} `;
  return `${noun}${show(others.join('/'))}`;
}
