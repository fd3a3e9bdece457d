import type { Place } from './compare/findings.ts';
import { isLowerLimit } from './compare/schema.ts';
import { isObject } from './document.ts';
import { list, ownerLabel, show } from './words.ts';

/** `gain`: safe, and something to use. `harmless`: safe, and nothing to use. */
export type Grade = 'breaking' | 'notable' | 'gain' | 'harmless';

/** How bad a change is, and what it means for a user of the package. */
export type Ruling = readonly [grade: Grade, meaning: string];

/** What a rule says: a sentence that is true of the two documents, and a ruling for each direction. */
export interface Rule {
  title: string;
  received: Ruling;
  sent: Ruling;
}

export interface Subject {
  /** The place by its name, in backticks. */
  label: string;
  kind: string;
  place: Place;
  before: unknown;
  after: unknown;
}

const both = (title: string, ...ruling: Ruling): Rule => ({ title, received: ruling, sent: ruling });
const refused: Ruling = ['breaking', 'Requests that are written as before are refused.'];
const asBefore: Ruling = ['gain', 'Requests that are written as before still work.'];

/** By the kind of a finding. */
export const rules: Readonly<Record<string, (subject: Subject) => Rule>> = {
  // --- Fields ---
  'field gone': ({ label }) => ({
    title: `${label} is gone`,
    received: ['breaking', 'Code that reads it finds nothing and no longer compiles.'],
    sent: ['breaking', 'Code that sends it no longer compiles, and the API may refuse it.'],
  }),
  'field renamed': ({ label, before, after }) => ({
    title: `${label} is now called ${show(after)}`,
    received: [
      'breaking',
      isPageCount(before)
        ? `A loop that reads ${show(before)} gets undefined and ends after the first page, without an error.`
        : `Code that reads ${show(before)} finds nothing and no longer compiles.`,
    ],
    sent: ['breaking', `Code that sends ${show(before)} no longer compiles, and the API may refuse it.`],
  }),
  'field new': ({ label }) => both(`${label} is new`, 'gain', 'It appears in the types; nothing else changes.'),
  'required field new': ({ label }) => ({
    title: `${label} is new and required`,
    received: ['gain', 'It appears in the types; nothing else changes.'],
    sent: ['breaking', 'Requests without it are refused.'],
  }),
  required: ({ label, after }) =>
    after === true
      ? {
          title: `${label} is now required`,
          received: ['gain', 'It is always there, so checks for undefined are no longer needed.'],
          sent: ['breaking', 'Requests without it are refused.'],
        }
      : {
          title: `${label} is no longer required`,
          received: ['breaking', 'It can be missing, and code that relies on it fails.'],
          sent: asBefore,
        },
  nullable: ({ label, after }) =>
    after === true
      ? {
          title: `${label} can be null`,
          received: ['breaking', 'Code that uses it without a check for null fails.'],
          sent: asBefore,
        }
      : {
          title: `${label} can no longer be null`,
          received: ['gain', 'Checks for null are no longer needed.'],
          sent: ['breaking', 'Requests that send null are refused.'],
        },
  // --- Types and values ---
  type: typeRule,
  'whole numbers': ({ label, after }) =>
    after === 'integer'
      ? {
          title: `${label} is now a whole number`,
          received: ['harmless', 'A whole number is still a number.'],
          sent: ['breaking', 'Requests that send a fraction are refused.'],
        }
      : {
          title: `${label} can have a fraction`,
          received: ['notable', 'Code that expects whole numbers may round or fail.'],
          sent: asBefore,
        },
  'values new': ({ label, after }) => ({
    title: `${label} can also be ${list(after)}`,
    received: ['breaking', 'Code that lists the cases meets one that it does not know, and may no longer compile.'],
    sent: asBefore,
  }),
  'values gone': ({ label, before }) => ({
    title: `${label} can no longer be ${list(before)}`,
    received: ['notable', 'Code for this case never runs; the compiler may say so.'],
    sent: ['breaking', 'Requests that send it are refused.'],
  }),
  'values stated': ({ label, before, after }) =>
    before === undefined
      ? {
          title: `${label} is limited to ${list(after)}`,
          received: ['notable', 'A comparison with any other value may no longer compile.'],
          sent: ['breaking', 'Requests that send anything else are refused.'],
        }
      : {
          title: `${label} is no longer limited to ${list(before)}`,
          received: ['breaking', 'A list of cases is no longer complete, and may no longer compile.'],
          sent: asBefore,
        },
  'known values new': ({ label, after }) => ({
    title: `${label} has a new known value: ${list(after, 'and')}`,
    received: ['notable', 'Code that lists the cases meets one that it does not know.'],
    sent: asBefore,
  }),
  'known values gone': ({ label, before }) =>
    both(`${label} no longer lists the value ${list(before, 'and')}`, 'notable', 'It may no longer occur.'),
  'known values stated': ({ label }) =>
    both(`The list of known values of ${label} comes or goes`, 'harmless', 'The types stay the same.'),
  format: formatRule,
  limit: limitRule,
  'further fields': ({ label, after }) =>
    after === true
      ? {
          title: `${label} can have fields that are not listed`,
          received: ['harmless', 'Code that ignores them still works.'],
          sent: asBefore,
        }
      : {
          title: `${label} can no longer have fields that are not listed`,
          received: ['harmless', 'The listed fields stay.'],
          sent: ['breaking', 'Requests with other fields are refused.'],
        },
  default: ({ label, before, after }) =>
    both(defaultTitle(label, before, after), 'notable', 'Where it is left out, the result may be another.'),
  'lost default': ({ label, before, after }) => ({
    title: defaultTitle(label, before, after),
    received: [
      'breaking',
      'It is optional in the exported type from now on, and code that relies on it no longer compiles.',
    ],
    sent: ['notable', 'Where it is left out, the result may be another.'],
  }),
  // --- Remarks ---
  deprecated: ({ label, after }) =>
    after === true
      ? both(`${label} is deprecated`, 'notable', 'It still works; the provider intends to remove it.')
      : both(`${label} is no longer deprecated`, 'harmless', 'It stays.'),
  readOnly: (subject) => flag(subject),
  writeOnly: (subject) => flag(subject),
  discriminator: ({ label }) => both(`The discriminator of ${label} changes`, 'notable', 'The generated types change.'),
  wording: ({ label, before, after }) => {
    const keys = [...new Set([before, after].flatMap((texts) => (isObject(texts) ? Object.keys(texts) : [])))].sort();
    return both(
      `${label} is documented differently (${keys.join(', ')})`,
      'harmless',
      'Only the documentation changes.',
    );
  },
  extension: ({ label }) => both(`${label} has other extensions`, 'harmless', 'Extensions do not reach the types.'),
  info: () =>
    both(
      'The title, the version or the description of the document changes',
      'harmless',
      'Only the documentation changes.',
    ),
  openapi: ({ before, after }) => {
    const isMinor = minorVersion(before) !== minorVersion(after);
    const title = `The document is written in OpenAPI ${show(after)} instead of ${show(before)}`;
    return both(
      title,
      isMinor ? 'notable' : 'harmless',
      isMinor ? 'Tools may read it differently.' : 'The rules are the same.',
    );
  },
  // --- Requests and responses ---
  'parameter gone': ({ label }) =>
    both(`${label} is gone`, 'breaking', 'Code that sends it no longer compiles, and the API may refuse or ignore it.'),
  'parameter renamed': ({ label, after }) =>
    both(
      `${label} is now called ${show(after)}`,
      'breaking',
      'Code that sends the old name no longer compiles, and the API may refuse or ignore it.',
    ),
  'parameter moved': ({ label, after }) => both(`${label} is now sent as a ${String(after)} parameter`, ...refused),
  'parameter new': ({ label }) => both(`${label} is new`, ...asBefore),
  'required parameter new': ({ label }) =>
    both(`${label} is new and required`, 'breaking', 'Requests without it are refused.'),
  serialisation: ({ label, before, after }) =>
    both(`${label} is written differently: ${pair(after)} instead of ${pair(before)}`, ...refused),
  'request gone': ({ label }) =>
    both(`${label} is gone`, 'breaking', 'Code that sends it no longer compiles, and the API may refuse it.'),
  'request new': ({ label }) => both(`${label} is new and optional`, ...asBefore),
  'required request new': ({ label }) =>
    both(`${label} is new and required`, 'breaking', 'Requests without it are refused.'),
  'response gone': ({ label }) => both(`${label} is gone`, 'breaking', 'Code that handles it no longer compiles.'),
  'response new': ({ label }) => both(`${label} is new`, 'gain', 'It appears in the types; nothing else changes.'),
  'header gone': ({ label }) => both(`${label} is gone`, 'breaking', 'Code that reads it finds nothing.'),
  'header new': ({ label }) => both(`${label} is new`, 'gain', 'It appears in the types; nothing else changes.'),
  'body gone': ({ place }) => ({
    title: `${mediaOwner(place)} is no longer available as ${mediaType(place)}`,
    received: ['breaking', 'Code that reads this media type no longer compiles.'],
    sent: ['breaking', 'Requests in this media type are refused.'],
  }),
  'body new': ({ place }) =>
    both(
      `${mediaOwner(place)} is also available as ${mediaType(place)}`,
      'gain',
      'It can be used; nothing else changes.',
    ),
  // --- Operations ---
  'path gone': ({ label }) => both(`The path ${label} is gone`, 'breaking', 'Requests to it fail.'),
  'path renamed': ({ label, after }) =>
    both(
      `The path ${label} is now written ${show(after)}`,
      'breaking',
      'Code that names the path no longer compiles; the address of a request stays the same.',
    ),
  'path new': ({ label }) => both(`The path ${label} is new`, 'gain', 'It can be used; nothing else changes.'),
  'operation gone': ({ label }) => both(`${label} is gone`, 'breaking', 'Requests to it fail.'),
  'operation new': ({ label }) => both(`${label} is new`, 'gain', 'It can be used; nothing else changes.'),
  operationId: ({ label, before, after }) => {
    if (before === undefined)
      return both(`${label} now has the operation id ${show(after)}`, 'gain', 'An exported type of that name is new.');
    const title =
      after === undefined
        ? `${label} no longer has the operation id ${show(before)}`
        : `${label} has the operation id ${show(after)} instead of ${show(before)}`;
    return both(title, 'breaking', 'The exported type of the old name is gone; requests stay the same.');
  },
  'webhook gone': ({ label }) => both(`${label} is gone`, 'breaking', 'Code that waits for it is never called.'),
  'webhook new': ({ label }) => both(`${label} is new`, 'gain', 'It can be used; nothing else changes.'),
  'callbacks gone': ({ label }) => both(`${label} is gone`, 'breaking', 'Code that waits for it is never called.'),
  'callbacks new': ({ label }) => both(`${label} is new`, 'gain', 'It can be used; nothing else changes.'),
  'callback gone': ({ label }) => both(`${label} is gone`, 'breaking', 'Code that waits for it is never called.'),
  'callback new': ({ label }) => both(`${label} is new`, 'gain', 'It can be used; nothing else changes.'),
  // --- Access ---
  'security gone': ({ label, before, after }) =>
    both(
      `${label} now requires ${list(after)} instead of ${list(before)}`,
      'breaking',
      'Requests that were authorised before are refused.',
    ),
  'security new': ({ label, before, after }) =>
    both(`${label} accepts ${list(after)}; before, it accepted ${list(before)}`, ...asBefore),
  'security dropped': ({ label }) =>
    both(
      `${label} can be used without authorisation`,
      'notable',
      'Requests still work; check whether the provider means it.',
    ),
  server: ({ before, after }) =>
    both(
      `The server ${show(before)} is now ${show(after)}`,
      'breaking',
      'Requests to the old address may fail; set `baseUrl`.',
    ),
  'server gone': ({ before }) =>
    both(`The server ${show(before)} is gone`, 'breaking', 'Requests to it may fail; set `baseUrl`.'),
  'server new': ({ after }) => both(`The server ${show(after)} is new`, 'gain', 'It can be used as `baseUrl`.'),
  'default server': ({ before, after }) =>
    both(
      `The first server is ${show(after)} instead of ${show(before)}`,
      'notable',
      'Tools that use the first server send their requests elsewhere.',
    ),
  scheme: ({ label, before, after }) =>
    both(
      after === undefined
        ? `${label} no longer has ${pair(before)}`
        : `${label} has ${pair(after)} instead of ${pair(before)}`,
      'breaking',
      'Requests that were authorised before may be refused.',
    ),
  'scheme extended': ({ label, after }) =>
    both(`${label} also has ${pair(after)}`, 'gain', 'What worked before still works.'),
  'scheme renamed': ({ label, after }) =>
    both(`${label} is now called ${show(after)}`, 'harmless', 'The scheme itself stays the same.'),
  'scheme gone': ({ label }) => both(`${label} is gone`, 'notable', 'Check that nothing authorises with it.'),
  'scheme new': ({ label }) => both(`${label} is new`, 'gain', 'It can be used where an operation names it.'),
  // --- Components ---
  'schema gone': ({ label }) =>
    both(
      `The schema ${label} is gone`,
      'breaking',
      'Its exported type is gone. What used it is reported where it is used.',
    ),
  'component gone': ({ label }) =>
    both(`${label} is gone`, 'notable', 'Its exported type is gone. What used it is reported where it is used.'),
  'component renamed': ({ label, place, after }) => {
    const isSchema = ownerLabel(place.owner) === label;
    return both(
      `${isSchema ? label : `The schema ${label}`} is now called ${show(after)}`,
      isSchema ? 'notable' : 'breaking',
      'The exported type of the old name is gone; the API is the same.',
    );
  },
  'component new': ({ label }) => both(`${label} is new`, 'gain', 'It appears in the types; nothing else changes.'),
};

/** A change that no rule knows is never safe: somebody has to look. */
export const unknownRule = ({ label, kind }: Subject): Rule =>
  both(
    `${label} changes in a way that has no rule yet (${show(kind)})`,
    'notable',
    'Look at it, and add a rule to scripts/drift/rules.ts.',
  );

function isPageCount(name: unknown): boolean {
  return typeof name === 'string' && /^(total_pages?|page_count|pages)$/.test(name);
}

function typeRule({ label, before, after }: Subject): Rule {
  const [gone, added] = [before, after].map((names) => (Array.isArray(names) ? names.map(String) : []));
  if (gone?.includes('any')) {
    return {
      title: `${label} is limited to ${list(added)}`,
      received: ['gain', 'Its type was unknown, and is stated now.'],
      sent: ['breaking', 'Requests that send anything else are refused.'],
    };
  }
  if (added?.includes('any')) {
    return {
      title: `${label} can be of any type`,
      received: ['breaking', 'Its type is unknown, and code that uses it no longer compiles.'],
      sent: asBefore,
    };
  }
  if (added?.length === 0) {
    return {
      title: `${label} can no longer be ${list(gone)}`,
      received: ['notable', 'Code for this case never runs.'],
      sent: ['breaking', 'Requests that send it are refused.'],
    };
  }
  if (gone?.length === 0) {
    return {
      title: `${label} can also be ${list(added)}`,
      received: ['breaking', 'Code that handles the known types meets one that it does not know.'],
      sent: asBefore,
    };
  }
  return {
    title: `${label} is ${list(added)} instead of ${list(gone)}`,
    received: ['breaking', 'Code that uses it as before fails or no longer compiles.'],
    sent: refused,
  };
}

const sizes: readonly unknown[] = ['int32', 'int64', 'float', 'double', undefined];
const times: readonly unknown[] = ['date-time', 'date', 'time', 'duration'];

function formatRule({ label, before, after }: Subject): Rule {
  const title =
    after === undefined
      ? `${label} no longer has the format ${show(before)}`
      : before === undefined
        ? `${label} now has the format ${show(after)}`
        : `${label} has the format ${show(after)} instead of ${show(before)}`;
  if (sizes.includes(before) && sizes.includes(after))
    return both(title, 'notable', 'A number may be larger or less exact than before.');
  const isRewritten =
    [before, after].some((format) => times.includes(format)) || (before !== undefined && after !== undefined);
  return {
    title,
    received: isRewritten
      ? ['breaking', 'Values may be written differently under the same type, which no compiler notices.']
      : ['notable', 'Values may look different; the type stays the same.'],
    sent: after === undefined ? ['notable', 'What was accepted should still be.'] : refused,
  };
}

function limitRule({ label, before, after }: Subject): Rule {
  const title =
    after === undefined
      ? `${label} no longer has ${pair(before)}`
      : before === undefined
        ? `${label} now has ${pair(after)}`
        : `${label} has ${pair(after)} instead of ${pair(before)}`;
  return {
    title,
    received: ['notable', 'Values may look different; the type stays the same.'],
    sent: isLooser(before, after) ? asBefore : refused,
  };
}

function isLooser(before: unknown, after: unknown): boolean {
  if (after === undefined) return true;
  const [[key, limit] = ['', undefined]] = Object.entries(isObject(after) ? after : {});
  const known = isObject(before) ? before[key] : undefined;
  if (typeof known !== 'number' || typeof limit !== 'number') return false;
  if (key === 'multipleOf') return known % limit === 0;
  return isLowerLimit(key) ? limit < known : limit > known;
}

/** "`maximum: 500`" */
function pair(value: unknown): string {
  return list(
    Object.entries(isObject(value) ? value : {}).map(
      ([key, own]) => `${key}: ${typeof own === 'string' ? own : JSON.stringify(own)}`,
    ),
  );
}

function defaultTitle(label: string, before: unknown, after: unknown): string {
  if (before === undefined) return `${label} now has the default ${show(after)}`;
  return after === undefined
    ? `${label} no longer has the default ${show(before)}`
    : `${label} has the default ${show(after)} instead of ${show(before)}`;
}

function flag({ label, kind, after }: Subject): Rule {
  return both(
    `${label} is ${after === true ? 'now' : 'no longer'} marked ${show(kind)}`,
    'notable',
    'The generated types may change.',
  );
}

function minorVersion(version: unknown): string {
  return String(version).split('.').slice(0, 2).join('.');
}

function mediaOwner({ owner }: Place): string {
  return ownerLabel(owner.slice(0, -1));
}

function mediaType({ owner }: Place): string {
  return show(owner.at(-1)?.[1]);
}
