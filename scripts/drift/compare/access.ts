import canonicalize from 'canonicalize';

import { isObject, listOf, objectOf, type Document, type Json } from '../document.ts';
import { changedKeys, type Add } from './values.ts';

/** Compares the servers that requests go to, by their addresses. */
export function compareServers(older: unknown, newer: unknown, add: Add): void {
  const [before, after] = [addressesOf(older), addressesOf(newer)];
  const gone = before.filter((address) => !after.includes(address));
  const added = after.filter((address) => !before.includes(address));
  if (gone.length === 1 && added.length === 1) add('server', gone[0], added[0]);
  else {
    for (const address of gone) add('server gone', address, undefined);
    for (const address of added) add('server new', undefined, address);
  }
  const isStill = before[0] !== undefined && after.includes(before[0]);
  if (isStill && before[0] !== after[0] && after[0] !== undefined) add('default server', before[0], after[0]);
}

/** Without a slash at the end; one address for each value of a variable, the default first. */
function addressesOf(servers: unknown): string[] {
  const all = listOf(servers).map(objectOf);
  const addresses = (all.length === 0 ? [{ url: '/' } as Json] : all).flatMap(({ url, variables }) =>
    Object.entries(objectOf(variables)).reduce<string[]>(
      (urls, [name, variable]) => {
        const { default: usual, enum: others } = objectOf(variable);
        const values = [...new Set([usual, ...listOf(others)].map(String))];
        return urls.flatMap((address) => values.map((value) => address.replaceAll(`{${name}}`, value))).slice(0, 100);
      },
      [String(url)],
    ),
  );
  return [...new Set(addresses.map((address) => address.replace(/\/+$/, '')))];
}

type Owner = readonly [document: Document, owner: Json];

/** Compares what a request has to prove: which schemes, in which combinations. */
export function compareSecurity([base, older]: Owner, [head, newer]: Owner, add: Add): void {
  const before = requirementsOf(base, older);
  const after = requirementsOf(head, newer, schemeNames(head, base));
  const gone = before.filter((known) => !after.some((next) => isEnough(known, next)));
  const added = after.filter((next) => !before.some((known) => isSame(known, next)));
  if (gone.length === 0 && added.length === 0) return;
  const kind = gone.length > 0 ? 'security gone' : added.some(isNothing) ? 'security dropped' : 'security new';
  add(kind, before.map(words).sort(), after.map(words).sort());
}

type Requirement = ReadonlyMap<string, readonly string[]>;

/** An operation that asks for nothing has one requirement, which is empty. */
function requirementsOf(
  document: Document,
  owner: Json,
  names: ReadonlyMap<string, string> = new Map(),
): Requirement[] {
  const all = listOf(owner.security ?? document.security);
  return (all.length === 0 ? [{}] : all).map((requirement) => {
    const schemes = Object.entries(objectOf(requirement));
    return new Map(schemes.map(([name, scopes]) => [names.get(name) ?? name, listOf(scopes).map(String).sort()]));
  });
}

/** What proves the one proves the other: no scheme and no scope is asked for in addition. */
function isEnough(known: Requirement, next: Requirement): boolean {
  return [...next].every(
    ([name, scopes]) => scopes.every((scope) => known.get(name)?.includes(scope)) && known.has(name),
  );
}

function isSame(one: Requirement, other: Requirement): boolean {
  return isEnough(one, other) && isEnough(other, one);
}

function isNothing(requirement: Requirement): boolean {
  return requirement.size === 0;
}

function words(requirement: Requirement): string {
  if (isNothing(requirement)) return 'none';
  const parts = [...requirement].map(([name, scopes]) => (scopes.length > 0 ? `${name} (${scopes.join(', ')})` : name));
  return parts.sort().join(' and ');
}

const schemesOf = (document: Document): Json => objectOf(objectOf(document.components).securitySchemes);

/** The old name of a scheme that is only called otherwise. */
export function schemeNames(head: Document, base: Document): Map<string, string> {
  const [older, newer] = [schemesOf(base), schemesOf(head)];
  const gone = Object.entries(older).filter(([name]) => !(name in newer));
  const added = Object.entries(newer).filter(([name]) => !(name in older));
  return new Map(
    added.flatMap(([name, scheme]) => {
      const [before, ...more] = gone.filter(([, known]) => canonicalize(known) === canonicalize(scheme));
      return before && more.length === 0 ? [[name, before[0]] as const] : [];
    }),
  );
}

/** Compares one scheme, down to each address and scope. */
export function compareScheme(older: Json, newer: Json, add: Add): void {
  const [before, after] = [leavesOf(older), leavesOf(newer)];
  for (const key of changedKeys(before, after)) {
    if (/(^|\.)(description|bearerFormat|deprecated|x-[^.]*)$|\.scopes\..*$/.test(key) && key in before && key in after)
      add('wording', { [key]: before[key] }, { [key]: after[key] });
    else if (key in before) add('scheme', { [key]: before[key] }, key in after ? { [key]: after[key] } : undefined);
    else
      add(/^(description|bearerFormat|deprecated|x-)/.test(key) ? 'wording' : 'scheme extended', undefined, {
        [key]: after[key],
      });
  }
}

function leavesOf(value: Json, prefix = ''): Json {
  const entries = Object.entries(value).flatMap(([key, child]) =>
    isObject(child) ? Object.entries(leavesOf(child, `${prefix}${key}.`)) : [[`${prefix}${key}`, child] as const],
  );
  return Object.fromEntries(entries);
}
