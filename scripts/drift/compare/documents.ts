import { listOf, namesOf, objectOf, type Document, type Json } from '../document.ts';
import { compareScheme, compareSecurity, compareServers, schemeRenames, schemesOf } from './access.ts';
import { DefinitionComparison, operationsOf, partOf } from './definitions.ts';
import { Findings, placeOf, type Add, type Finding, type Place } from './findings.ts';
import { schemaOf } from './schema.ts';
import type { Comparison } from './schemas.ts';
import { allKeys, isSame, withoutTexts } from './values.ts';

const whole = placeOf(['document', '']);
const root = { place: whole, from: whole, sends: 'sent' } as const;
/** The sections of the components, and the kind of their definitions. */
const sections: Readonly<Record<string, string>> = {
  schemas: 'schema',
  parameters: 'parameter',
  headers: 'header',
  requestBodies: 'request',
  responses: 'response',
  mediaTypes: 'body',
  callbacks: 'callback',
};

/** Every difference between two documents, each once, in its place, with the uses that it affects. */
export function findDifferences(base: Document, head: Document): Finding[] {
  const findings = new Findings();
  const renames = new Map<string, string>();
  const comparison = { base, head, findings, isSameComponent: createSameComponent(base, head, renames) };
  const definitions = new DefinitionComparison(comparison);
  const add = findings.adder(root);
  findings.declareUse(whole, 'sent');
  compareServers(base.servers, head.servers, add);
  compareSecurity([base, {}], [head, {}], add);
  if (!isSame(base.info, head.info)) add('info', base.info, head.info);
  const paths = withOldPaths(objectOf(base.paths), objectOf(head.paths), findings);
  definitions.compare('document', { value: base, place: whole }, { value: { ...head, paths }, place: whole }, root);
  compareSchemes(comparison);
  compareComponents(comparison, definitions, renames);
  return findings.all();
}

/** The newer paths, under their old names where only their parameters are called differently. */
function withOldPaths(older: Json, newer: Json, findings: Findings): Json {
  const template = (path: string): string => path.replaceAll(/\{[^}]*\}/g, '{}');
  const entries = Object.entries(newer).map(([path, item]) => {
    const known =
      path in older ? path : Object.keys(older).find((each) => !(each in newer) && template(each) === template(path));
    if (known !== undefined && known !== path)
      findings.adder({ place: placeOf(['path', known]), from: whole })('path', known, path);
    return [known ?? path, item] as const;
  });
  return Object.fromEntries(entries);
}

const componentPlace = (section: string, name: string) => placeOf(['component', `${section}/${name}`]);
const sectionOf = (document: Document, section: string): Json => objectOf(objectOf(document.components)[section]);

function compareSchemes({ base, head, findings }: Comparison): void {
  const [before, after] = [schemesOf(base), schemesOf(head)];
  const renames = schemeRenames(head, base);
  const known = new Map([...renames].map(([next, name]) => [name, next]));
  const operations = Object.values(objectOf(base.paths)).flatMap((path) => Object.values(operationsOf(path)));
  const used = new Set(
    [base, ...operations]
      .flatMap((owner) => listOf(objectOf(owner).security))
      .flatMap((each) => Object.keys(objectOf(each))),
  );
  for (const name of allKeys(before, after)) {
    const place = componentPlace('securitySchemes', name);
    const add = findings.adder({ place, from: used.has(name) ? whole : place });
    if (known.has(name)) add('scheme name', name, known.get(name));
    else if (!(name in after)) add('whole scheme', name);
    else if (name in before) compareScheme(objectOf(before[name]), objectOf(after[name]), add);
    else if (!renames.has(name)) add('whole scheme', undefined, withoutTexts(after[name]));
  }
}

function compareComponents(
  { base, head, findings }: Comparison,
  definitions: DefinitionComparison,
  renames: ReadonlyMap<string, string>,
): void {
  const part = (document: Document, section: string, name: string, place: Place) => {
    const value = sectionOf(document, section)[name];
    return section === 'schemas' ? { value: schemaOf(value), place } : partOf(document, value, place);
  };
  const compare = (section: string, name: string, next: string): void => {
    const place = componentPlace(section, name);
    const [older, newer] = [part(base, section, name, place), part(head, section, next, place)];
    definitions.compare(sections[section] ?? '', older, newer, { place, from: place, sends: 'sent' });
  };
  const all = Object.keys(sections).flatMap((section) =>
    allKeys(sectionOf(base, section), sectionOf(head, section)).map((name) => [section, name] as const),
  );
  const isIn = (document: Document, [section, name]: readonly [string, string]): boolean =>
    name in sectionOf(document, section);
  for (const [section, name] of all.filter((each) => isIn(base, each) && isIn(head, each)))
    compare(section, name, name);
  const referred = referencesOf(base);
  const add = (section: string, name: string): Add => {
    const place = componentPlace(section, name);
    return findings.adder({ place, from: referred.has(`#/components/${section}/${name}`) ? whole : place });
  };
  const kindOf = (section: string): string => (section === 'schemas' ? 'schema' : 'component');
  // The map grows while renamed components are compared.
  for (const [older, newer] of renames) {
    const [[, section = '', name = ''], [, , next = '']] = [namesOf(older), namesOf(newer)];
    compare(section, name, next);
    add(section, name)(kindOf(section), name, next);
  }
  const renamed = new Set([...renames].flat());
  for (const [section, name] of all.filter((each) => isIn(base, each) !== isIn(head, each))) {
    if (renamed.has(`#/components/${section}/${name}`)) continue;
    if (isIn(base, [section, name])) add(section, name)(kindOf(section), name);
    else add(section, name)(kindOf(section), undefined, withoutTexts(sectionOf(head, section)[name]));
  }
}

function referencesOf(document: Document): Set<string> {
  return new Set([...JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/g)].map(([, pointer = '']) => pointer));
}

/**
 * Two references lead to the same component where its name is the same, or where the old name is gone, the new one was
 * not there before, and what they stand for is alike. What is found goes into `renames`, by pointer.
 */
function createSameComponent(
  base: Document,
  head: Document,
  renames: Map<string, string>,
): Comparison['isSameComponent'] {
  return (older = '', newer = '') => {
    const [[, section = '', name = ''], [, , next = '']] = [namesOf(older), namesOf(newer)];
    const isComponent = [older, newer].every((pointer) => new RegExp(`^#/components/${section}/[^/]+$`).test(pointer));
    if (!isComponent || older === newer) return isComponent;
    if (renames.has(older)) return renames.get(older) === newer;
    const [before, after] = [sectionOf(base, section), sectionOf(head, section)];
    if (name in after || next in before || [...renames.values()].includes(newer)) return false;
    const isRenamed = isAlike(objectOf(before[name]), objectOf(after[next]));
    if (isRenamed) renames.set(older, newer);
    return isRenamed;
  };
}

/** The same apart from texts, or with at least half of the fields in common. */
function isAlike(older: Json, newer: Json): boolean {
  const [before, after] = [older, newer].map(({ properties }) => Object.keys(objectOf(properties)));
  const common = before?.filter((name) => after?.includes(name)).length ?? 0;
  const isHalf = common > 0 && common * 2 >= Math.max(before?.length ?? 0, after?.length ?? 0);
  return isHalf || isSame(withoutTexts(older), withoutTexts(newer));
}
