import type { Place, Segment, Use } from './compare/findings.ts';
import { oneLine } from './document.ts';

/** A value from a document, short and marked as code. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = oneLine(typeof value === 'string' ? value : JSON.stringify(value));
  const short = text.length > 60 ? `${text.slice(0, 57)}…` : text;
  return `\`${short.replaceAll('`', "'")}\``;
}

/** "`a`, `b` or `c`" */
export function list(values: unknown, conjunction = 'or'): string {
  const shown = (Array.isArray(values) ? (values as unknown[]) : [values]).map(show);
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} ${conjunction} ${shown.at(-1) ?? ''}`;
}

/** With a capital, as a sentence begins. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A place by its name: "`CallLog.rate`", "the query parameter `from` of `GET /calls`". */
export function labelOf({ owner, fields }: Place): string {
  const path = fields.reduce(
    (text, step) => (/^[<[]/.test(step) || text === '' ? `${text}${step}` : `${text}.${step}`),
    '',
  );
  const [[kind, name] = ['', '']] = owner;
  if (kind === 'component' && name.startsWith('schemas/') && owner.length === 1) {
    const schema = name.slice('schemas/'.length);
    return show(path.startsWith('[') || path === '' ? `${schema}${path}` : `${schema}.${path}`);
  }
  return path === '' ? ownerLabel(owner) : `${show(path)} in ${ownerLabel(owner)}`;
}

/** "the 200 response of `GET /calls`" */
export function ownerLabel(owner: readonly Segment[]): string {
  const named = owner.filter(([kind, name]) => kind !== 'body' || name !== 'application/json');
  return named.map(phrase).toReversed().join(' of ');
}

const sections: Readonly<Record<string, string>> = {
  parameters: 'the shared parameter',
  headers: 'the shared header',
  responses: 'the shared response',
  requestBodies: 'the shared request body',
  mediaTypes: 'the shared media type',
  callbacks: 'the shared callback',
  securitySchemes: 'the security scheme',
};

function phrase([kind, name]: Segment): string {
  const [first = '', ...others] = name.split(kind === 'component' ? '/' : ' ');
  switch (kind) {
    case 'document':
      return 'the API';
    case 'path':
    case 'operation':
      return show(name);
    case 'parameter':
      return `the ${first} parameter ${show(others.join(' '))}`;
    case 'request':
      return 'the request body';
    case 'response':
      return `the ${oneLine(name)} response`;
    case 'component':
      return `${sections[first] ?? ''} ${show(others.join('/'))}`.trim();
    default:
      return `the ${kind} ${show(name)}`;
  }
}

/** "received in the 200 response of `GET /calls`" */
export function useLabel({ direction, owner }: Use): string {
  return `${direction} ${owner.at(-1)?.[0] === 'operation' ? 'with' : 'in'} ${ownerLabel(owner)}`;
}
