import { isObject, listOf, objectOf, type Document, type Json } from '../document.ts';
import type { Add } from './findings.ts';
import { changedKeys, isSame } from './values.ts';

/** Compares the servers that requests go to, by their addresses. */
export function compareServers(older: unknown, newer: unknown, add: Add): void {
  const [before, after] = [addressesOf(older), addressesOf(newer)];
  const gone = before.filter((address) => !after.includes(address));
  const added = after.filter((address) => !before.includes(address));
  if (gone.length === 1 && added.length === 1) add('server', gone.pop(), added.pop());
  for (const address of gone) add('server', address);
  for (const address of added) add('server', undefined, address);
  if (before[0] !== after[0] && after.includes(before[0] ?? '')) add('first server', before[0], after[0]);
}

const mostAddresses = 100;

/** Addresses without a slash at the end; one for each value of a variable, the default first. */
function addressesOf(servers: unknown): string[] {
  const all = listOf(servers).map(objectOf);
  const addresses = (all.length === 0 ? [{ url: '/' } as Json] : all).flatMap(({ url, variables }) => {
    const expand = (addresses: string[], [name, variable]: [string, unknown]): string[] => {
      const values = [objectOf(variable).default, ...listOf(objectOf(variable).enum)].map(String);
      const all = addresses.flatMap((address) => values.map((value) => address.replaceAll(`{${name}}`, value)));
      return all.slice(0, mostAddresses);
    };
    return Object.entries(objectOf(variables)).reduce(expand, [String(url)]);
  });
  return [...new Set(addresses.map((address) => address.replace(/\/+$/, '') || '/'))];
}

const anonymous = 'no authorisation';

type Owner = readonly [document: Document, owner: Json];

/** Compares the security schemes that a request needs, and their combinations. */
export function compareSecurity([base, older]: Owner, [head, newer]: Owner, add: Add): void {
  const before = requirementsOf(base, older);
  const after = requirementsOf(head, newer, schemeRenames(head, base));
  const isCovered = (known: string[]): boolean => after.some((next) => next.every((each) => known.includes(each)));
  const isPlain = (name: string, all: string[]): boolean => !all.some((other) => other.startsWith(`${name}:`));
  const words = (requirements: string[][]): string[] =>
    requirements.map((each) => each.filter((name) => isPlain(name, each)).join(' and ') || anonymous).sort();
  const [known, next] = [words(before), words(after)];
  if (isSame(known, next)) return;
  const isOpen = next.includes(anonymous) && !known.includes(anonymous);
  add(!before.every(isCovered) ? 'stricter security' : isOpen ? 'no security' : 'security', known, next);
}

/** Schemes with their scopes; an operation that asks for nothing has one requirement, which is empty. */
function requirementsOf(document: Document, owner: Json, names: ReadonlyMap<string, string> = new Map()): string[][] {
  const all = listOf(owner.security ?? document.security);
  const proofs = ([name, scopes]: [string, unknown]): string[] => {
    const scheme = names.get(name) ?? name;
    return [scheme, ...listOf(scopes).map((scope) => `${scheme}:${String(scope)}`)];
  };
  return (all.length === 0 ? [{}] : all).map((each) => Object.entries(objectOf(each)).flatMap(proofs).sort());
}

export const schemesOf = (document: Document): Json => objectOf(objectOf(document.components).securitySchemes);

/** The old name of each scheme that stays the same under another name. */
export function schemeRenames(head: Document, base: Document): Map<string, string> {
  const [older, newer] = [schemesOf(base), schemesOf(head)];
  return new Map(
    Object.entries(newer).flatMap(([name, scheme]) => {
      const matches = Object.keys(older).filter((known) => !(known in newer) && isSame(older[known], scheme));
      const [known] = matches;
      return !(name in older) && known !== undefined && matches.length === 1 ? [[name, known] as const] : [];
    }),
  );
}

/** Compares one scheme, down to each address and scope. */
export function compareScheme(older: Json, newer: Json, add: Add): void {
  const isOther = older.type !== newer.type;
  const [before, after] = isOther ? [{ type: older.type }, { type: newer.type }] : [leavesOf(older), leavesOf(newer)];
  for (const key of changedKeys(before, after)) {
    const isScopeText = key.includes('scopes.') && key in before && key in after;
    const isRemark = isScopeText || /(^|\.)(description|bearerFormat|deprecated|x-[^.]*)$/.test(key);
    const [one, other] = [before, after].map((leaves) => (key in leaves ? { [key]: leaves[key] } : undefined));
    add(isRemark ? 'wording' : 'scheme', one, other);
  }
}

function leavesOf(value: Json, prefix = ''): Json {
  const entries = Object.entries(value).map(([key, child]): Json =>
    isObject(child) ? leavesOf(child, `${prefix}${key}.`) : { [`${prefix}${key}`]: child },
  );
  return Object.assign({}, ...entries) as Json;
}
