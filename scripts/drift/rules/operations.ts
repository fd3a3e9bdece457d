import { breaking, gain, harmless, notable, type Judgement } from '../change.ts';
import { isObject } from '../documents/parse-document.ts';
import { list, sentence, show, type Rule, type Subject } from './rule.ts';

/** What stands around fields and parameters: operations, answers as a whole, servers, authorization. */
export const operationRule: Rule = (subject) => {
  const { kind, typeName } = subject.change;
  if (!typeName.startsWith('Named')) return rules[typeName]?.(subject);
  const { label } = subject.place;
  if (kind === 'added') return gain(`${sentence(label)} have a place of their own`, 'Their types can be used.');
  return kind === 'removed'
    ? breaking(`${sentence(label)} are gone`, 'The exported types of their names are gone.')
    : undefined;
};

const rules: Readonly<Record<string, Rule>> = {
  PathItem: (subject) => whole(subject, 'The path', 'Requests to it fail with "not found".'),
  Operation: (subject) => operation(subject),
  Response: (subject) =>
    whole(subject, 'The answer', 'Code that handles this answer no longer compiles, or waits in vain.'),
  MediaType: (subject) => mediaType(subject),
  MediaTypesMap: (subject) => mediaType(subject),
  Header: (subject) => whole(subject, `The header of ${subject.place.label}`, 'Code that reads it finds nothing.'),
  HeadersMap: (subject) =>
    whole(subject, `The list of headers of ${subject.place.label}`, 'Code that reads them finds nothing.'),
  Responses: ({ change, place }) =>
    change.kind === 'removed'
      ? breaking(`${sentence(place.label)} has no answers any more`, 'Nothing compiles.')
      : undefined,
  LinksMap: ({ place }) => harmless(`${sentence(place.label)} says something else about links`, 'Nothing reads them.'),
  Link: ({ place }) => harmless(`${sentence(place.label)} says something else about links`, 'Nothing reads them.'),
  Server: (subject) => server(subject),
  ServerList: (subject) => server(subject),
  SecurityRequirement: (subject) => requirement(subject),
  SecurityRequirementList: (subject) => requirement(subject),
  SecurityScheme: (subject) => scheme(subject),
  RequestBody: (subject) => requestBody(subject),
  Root: ({ change }) => {
    if (change.property !== 'openapi') return undefined;
    const title = `The document is written in OpenAPI ${show(change.revision?.value)} instead of ${show(change.base?.value)}`;
    return notable(title, 'The generated types may change in many places; look at them.');
  },
};

/** Something that comes, goes or is renamed as a whole. */
function whole({ change }: Subject, noun: string, loss: string): Judgement | undefined {
  const name = change.typeName.endsWith('Map') ? '' : ` ${lastName(change.path)}`;
  if (change.kind === 'added') return gain(`${noun}${name} is new`, 'Nothing else changes.');
  if (change.kind === 'removed') return breaking(`${noun}${name} is gone`, loss);
  if (change.property !== 'key') return undefined;
  return breaking(`${noun} ${show(change.base?.value)} is now ${show(change.revision?.value)}`, loss);
}

function lastName(path: string): string {
  return show((path.split('/').at(-1) ?? '').replaceAll('~1', '/').replaceAll('~0', '~'));
}

function operation(subject: Subject): Judgement | undefined {
  const { change, place } = subject;
  if (change.property === 'operationId') {
    const title = `The operation ${show(change.base?.value)} is now called ${show(change.revision?.value)}`;
    return breaking(title, 'The exported type of that name is gone; requests go on working.');
  }
  if (change.property === 'deprecated') {
    return notable(`${sentence(place.label)} is deprecated`, 'It still works; the provider means to remove it.');
  }
  if (change.kind === 'added') return gain(`${sentence(place.label)} is new`, 'Nothing else changes.');
  return change.kind === 'removed' ? breaking(`${sentence(place.label)} is gone`, 'Requests to it fail.') : undefined;
}

function mediaType({ change, place }: Subject): Judgement | undefined {
  const label = sentence(place.label);
  if (change.kind === 'added')
    return gain(`${label} can also come as ${lastName(change.path)}`, 'Nothing else changes.');
  const types =
    change.typeName === 'MediaTypesMap' && isObject(change.base?.value) ? Object.keys(change.base.value) : [];
  const gone = types.length > 0 ? list(types) : lastName(change.path);
  const before = change.kind === 'modified' ? show(change.base?.value) : gone;
  const after = change.kind === 'modified' ? ` but as ${show(change.revision?.value)}` : '';
  if (change.kind === 'modified' && change.property !== 'key') return undefined;
  return breaking(`${label} no longer comes as ${before}${after}`, 'The client can no longer read it.');
}

function server({ change, place }: Subject): Judgement {
  const url = isObject(change.base?.value) ? change.base.value.url : undefined;
  if (change.kind === 'removed') {
    return breaking(`The server ${show(url)} is gone`, 'Requests to the default base URL may fail; set `baseUrl`.');
  }
  if (change.kind === 'added' && change.typeName === 'Server') {
    return gain('The API has another server', 'It can be used as `baseUrl`; the default stays.');
  }
  if (change.property === 'url') {
    const title = `The server ${show(change.base?.value)} is now ${show(change.revision?.value)}`;
    return breaking(title, 'Requests to the default base URL may fail; set `baseUrl`.');
  }
  return breaking(`${sentence(place.label)} is served from elsewhere`, 'Requests to the default base URL may fail.');
}

function requirement({ change, place }: Subject): Judgement {
  const where = place.label === '`security`' ? 'The API' : sentence(place.label);
  if (change.impact === 'major') {
    return breaking(`${where} asks for another authorization`, 'Tokens that worked before are refused.');
  }
  if (change.kind === 'added') return gain(`${where} accepts another authorization too`, 'Tokens go on working.');
  return notable(`${where} asks for less authorization`, 'Tokens go on working; look whether the provider means it.');
}

function scheme({ change, place }: Subject): Judgement | undefined {
  if (change.kind === 'added') return gain(`${sentence(place.label)} is new`, 'Nothing asks for it by itself.');
  if (change.property === 'bearerFormat')
    return harmless(`${sentence(place.label)} has another format`, 'A hint only.');
  const title = `${sentence(place.label)} changes (${change.property ?? change.kind})`;
  return breaking(title, 'Tokens that are sent as before may be refused.');
}

function requestBody({ change, place }: Subject): Judgement | undefined {
  const required = isObject(change.revision?.value) && change.revision.value.required === true;
  if (change.kind !== 'added') return undefined;
  return required
    ? breaking(`${sentence(place.label)} wants a body`, 'Requests without one are refused.')
    : gain(`${sentence(place.label)} takes a body`, 'Requests without one go on working.');
}
