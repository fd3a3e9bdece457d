import { listOf, namesOf, objectOf, type Document, type Json } from '../document.ts';
import { compareScheme, compareSecurity, compareServers, schemeNames } from './access.ts';
import { createFindings, type Finding, type Findings, type Place } from './findings.ts';
import { OperationComparison, operationsOf, partOf } from './operations.ts';
import { schemaOf } from './schema.ts';
import type { Comparison } from './schemas.ts';
import { changedKeys, compareTexts, isSame, isText, withoutTexts, type Add } from './values.ts';

const whole: Place = { owner: [['document', '']], fields: [] };

/** Every difference between two documents, each once, in its place, with the uses that it affects. */
export function findDifferences(base: Document, head: Document): Finding[] {
  const findings = createFindings();
  const renames = new Map<string, string>();
  const comparison: Comparison = { base, head, findings, isSameComponent: createSameComponent(base, head, renames) };
  const operations = new OperationComparison(comparison);
  findings.declareUse(whole, 'sent');
  compareRoot(comparison);
  comparePaths(comparison, operations);
  compareWebhooks(comparison, operations);
  compareSchemes(comparison);
  compareComponents(comparison, operations, renames);
  return findings.all();
}

function compareRoot({ base, head, findings }: Comparison): void {
  const add = adder(findings, whole);
  compareServers(base.servers, head.servers, add);
  compareSecurity([base, {}], [head, {}], add);
  const known = ['paths', 'webhooks', 'components', 'servers', 'security', 'info', '$self'];
  for (const key of changedKeys(base, head).filter((name) => !known.includes(name) && !isText(name)))
    add(key.startsWith('x-') ? 'extension' : key, base[key], head[key]);
  compareTexts(base, head, add);
  if (!isSame(base.info, head.info)) add('info', base.info, head.info);
}

/** A path whose parameters are called otherwise is the same path under another name. */
function comparePaths(comparison: Comparison, operations: OperationComparison): void {
  const { base, head, findings } = comparison;
  const [before, after] = [objectOf(base.paths), objectOf(head.paths)];
  const template = (path: string): string => path.replaceAll(/\{[^}]*\}/g, '{}');
  const added = Object.keys(after).filter((path) => !(path in before));
  for (const path of Object.keys(before)) {
    const place: Place = { owner: [['path', path]], fields: [] };
    const next = path in after ? path : added.find((candidate) => template(candidate) === template(path));
    findings.declareUse(place, 'sent');
    if (next === undefined) {
      adder(findings, place)('path gone', undefined, undefined);
      continue;
    }
    if (next !== path) {
      added.splice(added.indexOf(next), 1);
      adder(findings, place)('path renamed', path, next);
    }
    const [older, newer] = [partOf(base, before[path], place), partOf(head, after[next], place)];
    operations.pathItem(
      older,
      newer,
      place,
      'sent',
      new Map(namesIn(path).map((name, index) => [name, namesIn(next)[index] ?? name])),
    );
  }
  for (const path of added) {
    const place: Place = { owner: [['path', path]], fields: [] };
    findings.declareUse(place, 'sent');
    adder(findings, place)('path new', undefined, withoutTexts(after[path]));
  }
}

function namesIn(path: string): string[] {
  return [...path.matchAll(/\{([^}]*)\}/g)].map(([, name = '']) => name);
}

function compareWebhooks({ base, head, findings }: Comparison, operations: OperationComparison): void {
  const [before, after] = [objectOf(base.webhooks), objectOf(head.webhooks)];
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const place: Place = { owner: [['webhook', name]], fields: [] };
    findings.declareUse(place, 'received');
    if (!(name in after)) adder(findings, place)('webhook gone', undefined, undefined);
    else if (!(name in before)) adder(findings, place)('webhook new', undefined, withoutTexts(after[name]));
    else operations.pathItem(partOf(base, before[name], place), partOf(head, after[name], place), place, 'received');
  }
}

const componentPlace = (section: string, name: string): Place => ({
  owner: [['component', `${section}/${name}`]],
  fields: [],
});
const sectionOf = (document: Document, section: string): Json => objectOf(objectOf(document.components)[section]);

function compareSchemes({ base, head, findings }: Comparison): void {
  const [before, after] = [sectionOf(base, 'securitySchemes'), sectionOf(head, 'securitySchemes')];
  const names = schemeNames(head, base);
  const used = requiredSchemes(base);
  for (const [name, scheme] of Object.entries(before)) {
    const place = componentPlace('securitySchemes', name);
    const add = adder(findings, place, used.has(name) ? whole : place);
    const next = [...names].find(([, known]) => known === name)?.[0];
    if (next !== undefined) add('scheme renamed', name, next);
    else if (name in after) compareScheme(objectOf(scheme), objectOf(after[name]), add);
    else add('scheme gone', undefined, undefined);
  }
  for (const name of Object.keys(after).filter((each) => !(each in before) && !names.has(each)))
    adder(findings, componentPlace('securitySchemes', name))('scheme new', undefined, withoutTexts(after[name]));
}

function requiredSchemes(document: Document): Set<string> {
  const items = Object.values(objectOf(document.paths)).map(objectOf);
  const owners = [document, ...items.flatMap((item) => [...operationsOf(item).values()])];
  return new Set(
    owners.flatMap(({ security }) => listOf(security).flatMap((requirement) => Object.keys(objectOf(requirement)))),
  );
}

function compareComponents(
  { base, head, findings }: Comparison,
  operations: OperationComparison,
  renames: ReadonlyMap<string, string>,
): void {
  const compare = (section: string, name: string, next: string): void => {
    const place = componentPlace(section, name);
    // A schema that is a reference is compared as one.
    const part = (document: Document, own: string) => {
      const value = sectionOf(document, section)[own];
      return section === 'schemas' ? { value: schemaOf(value), place } : partOf(document, value, place);
    };
    const [older, newer] = [part(base, name), part(head, next)];
    operations.components[section]?.(older, newer, { place, from: place });
  };
  const sections = Object.keys(operations.components).filter((section) => section !== 'pathItems');
  for (const section of sections)
    for (const name of Object.keys(sectionOf(base, section)))
      if (name in sectionOf(head, section)) compare(section, name, name);
  // Comparing a component under its new name can lead to more of them.
  for (const [pointer, next] of renames) {
    const [, section = '', name = ''] = namesOf(pointer);
    compare(section, name, namesOf(next)[2] ?? '');
    adder(findings, componentPlace(section, name), whole)('component renamed', name, namesOf(next)[2]);
  }
  const referred = referencesOf(base);
  for (const section of sections) {
    const [before, after] = [sectionOf(base, section), sectionOf(head, section)];
    const renamed = [...renames]
      .flat()
      .map((pointer) => namesOf(pointer))
      .filter(([, own]) => own === section)
      .map(([, , name]) => name);
    for (const name of Object.keys(before).filter((each) => !(each in after) && !renamed.includes(each))) {
      const place = componentPlace(section, name);
      const isUsed = referred.has(JSON.stringify([section, name]));
      adder(findings, place, isUsed ? whole : place)(
        section === 'schemas' ? 'schema gone' : 'component gone',
        undefined,
        undefined,
      );
    }
    for (const name of Object.keys(after).filter((each) => !(each in before) && !renamed.includes(each)))
      adder(findings, componentPlace(section, name))('component new', undefined, withoutTexts(after[name]));
  }
}

/** Components that something refers to. */
function referencesOf(document: Document): Set<string> {
  const pointers = JSON.stringify(document).matchAll(/"\$ref":"(#[^"]*)"/g);
  return new Set([...pointers].map(([, pointer = '']) => JSON.stringify(namesOf(pointer).slice(1, 3))));
}

/**
 * Two references lead to the same component where its name is the same, or where the old name is gone, the new one was
 * not there before, and what they stand for is alike. What is found goes into `renames`, by pointer.
 */
function createSameComponent(base: Document, head: Document, renames: Map<string, string>) {
  return (older: string, newer: string): boolean => {
    const [before, after] = [namesOf(older), namesOf(newer)];
    const [root, section = '', name = ''] = before;
    const [, , next = ''] = after;
    if (root !== 'components' || before.length !== 3 || after.length !== 3 || section !== after[1]) return false;
    const [olderSection, newerSection] = [sectionOf(base, section), sectionOf(head, section)];
    if (name === next) return true;
    if (renames.has(older)) return renames.get(older) === newer;
    if (name in newerSection || next in olderSection || [...renames.values()].includes(newer)) return false;
    const isRenamed = isAlike(objectOf(olderSection[name]), objectOf(newerSection[next]));
    if (isRenamed) renames.set(older, newer);
    return isRenamed;
  };
}

/** The same but for texts, or at least half of the fields. */
function isAlike(older: Json, newer: Json): boolean {
  const [before, after] = [Object.keys(objectOf(older.properties)), Object.keys(objectOf(newer.properties))];
  const common = before.filter((name) => after.includes(name)).length;
  return (
    isSame(withoutTexts(older), withoutTexts(newer)) ||
    (common > 0 && common * 2 >= Math.max(before.length, after.length))
  );
}

function adder(findings: Findings, place: Place, from: Place = place): Add {
  return (kind, before, after) => {
    findings.add({ place, kind, before, after }, from);
  };
}
