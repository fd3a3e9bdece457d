import { listOf, namesOf, objectOf, type Document, type Json } from '../document.ts';
import { compareScheme, compareSecurity, compareServers, schemeRenames, schemesOf } from './access.ts';
import { DefinitionComparison, operationsOf, partOf } from './definitions.ts';
import { Findings, placeOf, type Finding } from './findings.ts';
import { schemaOf } from './schema.ts';
import type { Comparison } from './schemas.ts';
import { allKeys, isSame, plain } from './values.ts';

const whole = placeOf(['document', '']);
const root = { place: whole, from: whole };
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
  const gone = Object.keys(older).filter((path) => !(path in newer));
  const entries = Object.entries(newer).map(([path, item]) => {
    const known = path in older ? undefined : gone.find((each) => template(each) === template(path));
    if (known === undefined) return [path, item];
    findings.adder({ place: placeOf(['path', known]), from: whole })('path', known, path);
    return [known, item];
  });
  return Object.fromEntries(entries) as Json;
}

const componentPlace = (section: string, name: string) => placeOf(['component', `${section}/${name}`]);
const sectionOf = (document: Document, section: string): Json => objectOf(objectOf(document.components)[section]);

function compareSchemes({ base, head, findings }: Comparison): void {
  const [before, after] = [schemesOf(base), schemesOf(head)];
  const renames = schemeRenames(head, base);
  const known = new Map([...renames].map(([next, name]) => [name, next]));
  const operations = Object.values(objectOf(base.paths)).flatMap((path) => Object.values(operationsOf(path)));
  const requirements = [base, ...operations].flatMap((owner) => listOf(objectOf(owner).security));
  const used = new Set(allKeys(...requirements.map(objectOf)));
  for (const name of allKeys(before, after)) {
    const place = componentPlace('securitySchemes', name);
    const add = findings.adder({ place, from: used.has(name) ? whole : place });
    if (known.has(name)) add('scheme name', name, known.get(name));
    else if (!(name in after)) add('whole scheme', name);
    else if (name in before) compareScheme(objectOf(before[name]), objectOf(after[name]), add);
    else if (!renames.has(name)) add('whole scheme', undefined, plain(after[name]));
  }
}

function compareComponents(
  comparison: Comparison,
  definitions: DefinitionComparison,
  renames: ReadonlyMap<string, string>,
): void {
  const { base, head, findings } = comparison;
  const referred = new Set([...JSON.stringify(base).matchAll(/"\$ref":"([^"]*)"/g)].map(([, pointer = '']) => pointer));
  const isIn = (document: Document, { section, name }: Component): boolean => name in sectionOf(document, section);
  const add = ({ section, name }: Component, ...values: unknown[]): void => {
    const place = componentPlace(section, name);
    const from = referred.has(`#/components/${section}/${name}`) ? whole : place;
    findings.adder({ place, from })(section === 'schemas' ? 'schema' : 'component', ...values);
  };
  const all = Object.keys(sections).flatMap((section) =>
    allKeys(sectionOf(base, section), sectionOf(head, section)).map((name) => ({ section, name })),
  );
  for (const each of all) if (isIn(base, each) && isIn(head, each)) compareComponent(comparison, definitions, each);
  // The map grows while renamed components are compared.
  for (const [older, newer] of renames) {
    const [[, section = '', name = ''], [, , next = '']] = [namesOf(older), namesOf(newer)];
    compareComponent(comparison, definitions, { section, name }, next);
    add({ section, name }, name, next);
  }
  const renamed = new Set([...renames].flat());
  for (const each of all.filter(({ section, name }) => !renamed.has(`#/components/${section}/${name}`))) {
    if (!isIn(head, each)) add(each, each.name);
    else if (!isIn(base, each)) add(each, undefined, plain(sectionOf(head, each.section)[each.name]));
  }
}

type Component = Readonly<Record<'section' | 'name', string>>;

function compareComponent(
  { base, head }: Comparison,
  definitions: DefinitionComparison,
  { section, name }: Component,
  next = name,
): void {
  const place = componentPlace(section, name);
  const part = (document: Document, value: unknown) =>
    section === 'schemas' ? { value: schemaOf(value), place } : partOf(document, value, place);
  const [older, newer] = [part(base, sectionOf(base, section)[name]), part(head, sectionOf(head, section)[next])];
  definitions.compare(sections[section] ?? '', older, newer, { place, from: place });
}

/**
 * Two references lead to the same component where its name is the same, or where the old name is gone, the new one was
 * not there before, and both have similar content. Such pairs are added to `renames`, by pointer.
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
  return isHalf || isSame(plain(older), plain(newer));
}
