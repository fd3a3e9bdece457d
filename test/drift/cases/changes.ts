/** Changes to the published document, each alone, with the verdict that a user of the package needs. */
import type { Step, Verdict } from '../../../scripts/drift/judge.ts';

type Json = Record<string, unknown>;

interface Schema extends Json {
  properties: Record<string, Json>;
}

interface QueryParameter extends Json {
  name: string;
  schema: Json;
}

/** As much of the published document as the changes reach into; `Json` where they set what it does not have. */
export interface Published extends Json {
  info: Json;
  servers: { url: string }[];
  paths: Record<
    string,
    Json & {
      get: Json & {
        parameters: QueryParameter[];
        responses: Record<string, { description: string; content: Record<string, { schema: Json }> }>;
      };
    }
  >;
  components: {
    parameters: { AccountID: Json & { schema: Json } };
    schemas: Record<
      'CallLog' | 'CallLogsEmbeddedObject' | 'CallLogsHalResponse' | 'DetailedInvalidParam' | 'ErrorResponse' | 'Links',
      Schema
    > &
      Record<string, Json>;
    securitySchemes: { bearerAuth: Json };
  };
}

export interface DocumentChange {
  name: string;
  verdict: Verdict;
  /** The step that a version of 1.0 or later needs. */
  step: Step;
  edit: (document: Published) => void;
  /** An edit that turns the published document into the older one. */
  before?: (document: Published) => void;
}

const path = '/accounts/{account_id}/call-logs';
const row = (document: Published) => document.components.schemas.CallLog.properties;
const page = (document: Published) => document.components.schemas.CallLogsHalResponse.properties;
const operation = (document: Published) => get(document.paths, path).get;
const answer = (document: Published) => get(operation(document).responses, '200');

function get<Value>(record: Record<string, Value>, key: string): Value {
  const value = record[key];
  if (value === undefined) throw new Error(`the document has no ${key}`);
  return value;
}

function parameter(document: Published, name: string): QueryParameter {
  const found = operation(document).parameters.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`the document has no parameter ${name}`);
  return found;
}

/** Keeps the place among the others, as a rename in the file does. */
function rename(record: Record<string, unknown>, from: string, to: string): void {
  const entries = Object.entries(record).map(([key, value]) => [key === from ? to : key, value] as const);
  for (const key of Object.keys(record)) Reflect.deleteProperty(record, key);
  Object.assign(record, Object.fromEntries(entries));
}

function reverse(record: Record<string, unknown>): void {
  const entries = Object.entries(record).reverse();
  for (const [key] of entries) Reflect.deleteProperty(record, key);
  Object.assign(record, Object.fromEntries(entries));
}

function renameComponent(document: Published, from: string, to: string): void {
  const text = JSON.stringify(document).replaceAll(`#/components/schemas/${from}"`, `#/components/schemas/${to}"`);
  Object.assign(document, JSON.parse(text));
  rename(document.components.schemas, from, to);
}

function removeParameter(document: Published, name: string): void {
  const { parameters } = operation(document);
  parameters.splice(parameters.indexOf(parameter(document, name)), 1);
}

function breaking(name: string, edit: DocumentChange['edit'], before?: DocumentChange['edit']): DocumentChange {
  return { name, verdict: 'breaking', step: 'major', edit, ...(before && { before }) };
}

function notable(name: string, edit: DocumentChange['edit'], before?: DocumentChange['edit']): DocumentChange {
  return { name, verdict: 'notable', step: 'minor', edit, ...(before && { before }) };
}

function safe(name: string, step: Step, edit: DocumentChange['edit'], before?: DocumentChange['edit']): DocumentChange {
  return { name, verdict: 'safe', step, edit, ...(before && { before }) };
}

const rows: DocumentChange[] = [
  breaking('a field of the rows is removed', (document) => {
    delete row(document).recorded;
  }),
  breaking('a field of the rows is renamed', (document) => {
    rename(row(document), 'in_network', 'on_network');
  }),
  breaking('a field of the rows becomes nullable', (document) => {
    get(row(document), 'charge').nullable = true;
  }),
  notable('a field of the rows has to match a pattern', (document) => {
    get(row(document), 'from').pattern = '^[0-9]+$';
  }),
  breaking('a field of the rows becomes a number instead of a string', (document) => {
    get(row(document), 'id').type = 'number';
  }),
  breaking('a field of the rows becomes an object', (document) => {
    row(document).source_user = { type: 'object', properties: { name: { type: 'string' } } };
  }),
  breaking('a field of the rows loses its type', (document) => {
    delete get(row(document), 'length').type;
  }),
  notable('a number of the rows says how exact it is', (document) => {
    get(row(document), 'charge').format = 'double';
  }),
  breaking('what a row is, is no longer described', (document) => {
    Reflect.deleteProperty(get(document.components.schemas.CallLogsEmbeddedObject.properties, 'call_logs'), 'items');
  }),
  safe('a number of the rows becomes an integer', 'patch', (document) => {
    get(row(document), 'length').type = 'integer';
  }),
  breaking('a field of the rows changes its format', (document) => {
    get(row(document), 'start').format = 'date-time';
  }),
  notable('a field of the rows is limited to known values', (document) => {
    get(row(document), 'direction').enum = ['Inbound', 'Outbound'];
  }),
  breaking(
    'the known values of a field are widened',
    (document) => {
      get(row(document), 'result').enum = ['Answered', 'Missed', 'Abandoned'];
    },
    (document) => {
      get(row(document), 'result').enum = ['Answered', 'Missed'];
    },
  ),
  notable(
    'the known values of a field are narrowed',
    (document) => {
      get(row(document), 'result').enum = ['Answered'];
    },
    (document) => {
      get(row(document), 'result').enum = ['Answered', 'Missed'];
    },
  ),
  breaking(
    'a field of the rows is no longer always there',
    (document) => {
      document.components.schemas.CallLog.required = ['id'];
    },
    (document) => {
      document.components.schemas.CallLog.required = ['id', 'start'];
    },
  ),
  safe(
    'a field of the rows is no longer nullable',
    'minor',
    (document) => {
      get(row(document), 'charge').nullable = false;
    },
    (document) => {
      get(row(document), 'charge').nullable = true;
    },
  ),
  breaking(
    'a field of the rows can have one more shape',
    (document) => {
      row(document).source_extension = { oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] };
    },
    (document) => {
      row(document).source_extension = { oneOf: [{ type: 'string' }, { type: 'number' }] };
    },
  ),
  safe('a field of the rows is added', 'minor', (document) => {
    row(document).queue_wait = { type: 'integer', description: 'Seconds in the queue' };
  }),
  safe('a field of the rows is always there from now on', 'minor', (document) => {
    document.components.schemas.CallLog.required = ['id'];
  }),
  notable('a field of the rows is deprecated', (document) => {
    get(row(document), 'rate').deprecated = true;
  }),
  breaking('rows become a list of references', (document) => {
    get(document.components.schemas.CallLogsEmbeddedObject.properties, 'call_logs').items = { type: 'string' };
  }),
];

const columns: DocumentChange[] = [
  notable(
    'a field of an open set gets another value',
    (document) => {
      get(row(document), 'result')['x-extensible-enum'] = ['Answered', 'Abandoned'];
    },
    (document) => {
      get(row(document), 'result')['x-extensible-enum'] = ['Answered'];
    },
  ),
  safe('the fields of the rows change places', 'none', (document) => {
    reverse(row(document));
  }),
  safe('the schema of the rows is wrapped in an allOf of its own', 'none', (document) => {
    const { schemas } = document.components;
    Object.assign(schemas, { CallLog: { allOf: [schemas.CallLog] } });
  }),
];

const pages: DocumentChange[] = [
  breaking('the page count gets another name', (document) => {
    rename(page(document), 'total_page', 'total_pages');
  }),
  breaking('the total is removed', (document) => {
    delete page(document).total_items;
  }),
  breaking('the list of rows gets another name', (document) => {
    rename(document.components.schemas.CallLogsEmbeddedObject.properties, 'call_logs', 'calls');
  }),
  breaking('the wrapper of the rows gets another name', (document) => {
    rename(page(document), '_embedded', 'embedded');
  }),
  breaking('the total becomes text', (document) => {
    get(page(document), 'total_items').type = 'string';
  }),
  safe('a cursor is added to the page', 'minor', (document) => {
    page(document).next_cursor = { type: 'string' };
  }),
  safe('a link is added', 'minor', (document) => {
    document.components.schemas.Links.properties.last = { $ref: '#/components/schemas/LastHref' };
  }),
  breaking('a link is removed', (document) => {
    delete document.components.schemas.Links.properties.next;
  }),
];

const query: DocumentChange[] = [
  breaking('the values of a filter are narrowed', (document) => {
    parameter(document, 'direction').schema.enum = ['Inbound'];
  }),
  safe('the values of a filter are widened', 'minor', (document) => {
    parameter(document, 'direction').schema.enum = ['Inbound', 'Outbound', 'Extension'];
  }),
  safe('a filter takes any value', 'minor', (document) => {
    delete parameter(document, 'direction').schema.enum;
  }),
  breaking('a filter is limited to known values', (document) => {
    parameter(document, 'source_user').schema.enum = ['a', 'b'];
  }),
  safe('an optional filter is added', 'minor', (document) => {
    operation(document).parameters.push({ name: 'queue', in: 'query', schema: { type: 'string' } });
  }),
  breaking('a required parameter is added', (document) => {
    operation(document).parameters.push({ name: 'region', in: 'query', required: true, schema: { type: 'string' } });
  }),
  breaking('an optional filter becomes required', (document) => {
    parameter(document, 'direction').required = true;
  }),
  safe('a required parameter becomes optional', 'minor', (document) => {
    parameter(document, 'page').required = false;
  }),
  breaking('a filter is removed', (document) => {
    removeParameter(document, 'source_user');
  }),
  breaking('a filter is renamed', (document) => {
    parameter(document, 'source_user').name = 'source';
  }),
  breaking('a filter changes its type', (document) => {
    parameter(document, 'to').schema.type = 'integer';
  }),
  breaking('a parameter takes whole numbers only', (document) => {
    parameter(document, 'page_size').schema.type = 'integer';
  }),
  breaking('a parameter moves from the query to a header', (document) => {
    parameter(document, 'page').in = 'header';
  }),
  notable('the default page size changes', (document) => {
    parameter(document, 'page_size').schema.default = 100;
  }),
  notable('the default page size is no longer stated', (document) => {
    delete parameter(document, 'page_size').schema.default;
  }),
  breaking('a largest page size is introduced', (document) => {
    parameter(document, 'page_size').schema.maximum = 500;
  }),
  breaking('a filter has to match a pattern', (document) => {
    parameter(document, 'from').schema.pattern = '^\\+';
  }),
  safe(
    'the largest page size is raised',
    'minor',
    (document) => {
      parameter(document, 'page_size').schema.maximum = 5000;
    },
    (document) => {
      parameter(document, 'page_size').schema.maximum = 1000;
    },
  ),
  breaking('the time format of the query changes', (document) => {
    parameter(document, 'start:gte').schema.format = 'date-time';
  }),
  breaking('the account id becomes a number', (document) => {
    document.components.parameters.AccountID.schema.type = 'integer';
  }),
  notable('a filter is deprecated', (document) => {
    parameter(document, 'to').deprecated = true;
  }),
  safe('the parameters change places', 'none', (document) => {
    operation(document).parameters.reverse();
  }),
];

const operations: DocumentChange[] = [
  breaking('the operation is removed', (document) => {
    document.paths = {};
  }),
  breaking('the path changes', (document) => {
    rename(document.paths, path, '/v2/accounts/{account_id}/call-logs');
  }),
  breaking('every answer is removed', (document) => {
    Reflect.deleteProperty(operation(document), 'responses');
  }),
  breaking('every parameter is removed', (document) => {
    Reflect.deleteProperty(operation(document), 'parameters');
  }),
  breaking('the operation is removed, and another stays at its path', (document) => {
    rename(get(document.paths, path), 'get', 'post');
  }),
  breaking('the path of the server changes', (document) => {
    document.servers = [{ url: 'https://api.vonage.com/t/vbc.prod/reports/v1' }];
  }),
  safe('another operation is added', 'minor', (document) => {
    document.paths['/accounts'] = {
      get: { parameters: [], responses: { '200': { description: 'Accounts', content: {} } } },
    };
  }),
  breaking('the answer to success is removed', (document) => {
    rename(operation(document).responses, '200', '206');
  }),
  breaking('the answer to bad parameters is removed', (document) => {
    Reflect.deleteProperty(operation(document).responses, '400');
  }),
  safe('an answer is added', 'minor', (document) => {
    operation(document).responses['429'] = { description: 'Throttled', content: {} };
  }),
  breaking('the answer is no longer JSON', (document) => {
    rename(answer(document).content, 'application/json', 'application/xml');
  }),
  safe('the answer is available as CSV too', 'minor', (document) => {
    answer(document).content['text/csv'] = { schema: { type: 'string' } };
  }),
  notable('no authorization is asked for', (document) => {
    Reflect.deleteProperty(operation(document), 'security');
  }),
  breaking('a body is required', (document) => {
    operation(document).requestBody = { required: true, content: { 'application/json': { schema: {} } } };
  }),
  breaking('the operation is served from elsewhere', (document) => {
    operation(document).servers = [{ url: 'https://reports.example.com' }];
  }),
  breaking('the account id of the path gets another name', (document) => {
    rename(document.paths, path, '/accounts/{id}/call-logs');
    document.components.parameters.AccountID.name = 'id';
  }),
  notable('the document is written in OpenAPI 3.1', (document) => {
    document.openapi = '3.1.0';
  }),
  breaking('a scheme of authorization is replaced', (document) => {
    document.components.securitySchemes.bearerAuth = { type: 'apiKey', in: 'header', name: 'X-Key' };
  }),
  breaking('a second authorization is required', (document) => {
    operation(document).security = [{ bearerAuth: [], apiKey: [] }];
    Object.assign(document.components.securitySchemes, { apiKey: { type: 'apiKey', in: 'header', name: 'X-Key' } });
  }),
  safe('another authorization is accepted too', 'minor', (document) => {
    operation(document).security = [{ bearerAuth: [] }, { apiKey: [] }];
    Object.assign(document.components.securitySchemes, { apiKey: { type: 'apiKey', in: 'header', name: 'X-Key' } });
  }),
  breaking('the server changes', (document) => {
    document.servers = [{ url: 'https://reports.example.com' }];
  }),
  safe('a server is added', 'minor', (document) => {
    document.servers.push({ url: 'https://reports.example.com' });
  }),
  breaking('the operation id changes', (document) => {
    operation(document).operationId = 'listCallLogs';
  }),
  breaking('the component of the rows is renamed', (document) => {
    renameComponent(document, 'CallLog', 'CallRecord');
  }),
  notable('a component that nothing refers to is removed', (document) => {
    Reflect.deleteProperty(document.components.schemas, 'ErrorResponse');
  }),
  notable('the operation is deprecated', (document) => {
    operation(document).deprecated = true;
  }),
];

const wording: DocumentChange[] = [
  safe('descriptions change', 'patch', (document) => {
    document.info.description = 'Reads call logs.';
    operation(document).summary = 'Call logs';
    get(row(document), 'id').description = 'The id';
  }),
  safe('examples change', 'patch', (document) => {
    get(row(document), 'charge').example = 12;
    parameter(document, 'to').example = '1';
  }),
  safe('the contact, the terms and the version change', 'patch', (document) => {
    document.info.contact = { name: 'Support' };
    document.info.termsOfService = 'https://example.com/terms';
    document.info.version = '1.0.2';
  }),
  safe('an extension is added', 'patch', (document) => {
    document['x-owner'] = 'reports';
  }),
  safe('what is meant anyway is spelled out', 'none', (document) => {
    const direction = parameter(document, 'direction');
    Object.assign(direction, { required: false, deprecated: false, style: 'form', explode: true });
    Object.assign(get(row(document), 'id'), { nullable: false, deprecated: false, readOnly: false });
  }),
  safe('known values change places', 'none', (document) => {
    (parameter(document, 'direction').schema.enum as string[]).reverse();
  }),
  safe('a parameter moves from the operation to its path', 'none', (document) => {
    get(document.paths, path).parameters = operation(document).parameters.splice(0, 1);
  }),
  safe('links, tags and other documentation are added', 'patch', (document) => {
    document.tags = [{ name: 'Reports' }];
    document.externalDocs = { url: 'https://example.com' };
    operation(document).tags = ['Reports'];
    Object.assign(answer(document), { links: { self: { operationId: 'getCallLogs' } }, description: 'Fine' });
    Object.assign(get(answer(document).content, 'application/json'), { example: {}, examples: { one: { value: 1 } } });
  }),
  safe('a reference is inlined', 'none', (document) => {
    const { AccountID } = document.components.parameters;
    operation(document).parameters[0] = structuredClone(AccountID) as unknown as QueryParameter;
  }),
  safe('an answer moves to the shared definitions', 'minor', (document) => {
    const { responses } = operation(document);
    Object.assign(document.components, { responses: { Calls: get(responses, '200') } });
    Object.assign(responses, { '200': { $ref: '#/components/responses/Calls' } });
  }),
  safe('components change places', 'none', (document) => {
    reverse(document.components.schemas);
    reverse(document.components);
    reverse(document);
  }),
];

/** Edits that tools which pair definitions by likeness take for something else. */
const lookalikes: DocumentChange[] = [
  safe('a filter is reworded', 'patch', (document) => {
    parameter(document, 'from').description = 'The number that calls';
  }),
  safe('two filters exchange their descriptions', 'patch', (document) => {
    const [from, to] = [parameter(document, 'from'), parameter(document, 'to')];
    [from.description, to.description] = [to.description, from.description];
  }),
  safe('two filters change places, and both are reworded', 'patch', (document) => {
    const { parameters } = operation(document);
    parameters.reverse();
    for (const name of ['from', 'to']) parameter(document, name).description = `Reworded ${name}`;
  }),
  safe('four filters pass their descriptions on', 'patch', (document) => {
    const chain = ['to', 'from', 'source_user', 'destination_user'].map((name) => parameter(document, name));
    const texts = chain.map(({ description }) => description);
    for (const [index, each] of chain.entries()) each.description = texts[(index + 1) % texts.length];
  }),
  safe('a filter moves to the shared definitions', 'minor', (document) => {
    const { parameters } = operation(document);
    const index = parameters.indexOf(parameter(document, 'from'));
    Object.assign(document.components.parameters, { From: parameters[index] });
    parameters[index] = { $ref: '#/components/parameters/From' } as unknown as QueryParameter;
  }),
  notable('a shared parameter is written in place, and its definition removed', (document) => {
    const { AccountID } = document.components.parameters;
    operation(document).parameters[0] = AccountID as unknown as QueryParameter;
    Reflect.deleteProperty(document.components, 'parameters');
  }),
  breaking('a reworded filter takes less', (document) => {
    Object.assign(parameter(document, 'direction'), { description: 'In or out' });
    parameter(document, 'direction').schema.enum = ['Inbound'];
  }),
  breaking(
    'a value less, where filter and rows share the values',
    (document) => {
      document.components.schemas.Direction = { type: 'string', enum: ['Inbound'] };
    },
    (document) => {
      document.components.schemas.Direction = { type: 'string', enum: ['Inbound', 'Outbound'] };
      row(document).direction = { $ref: '#/components/schemas/Direction' };
      parameter(document, 'direction').schema = { $ref: '#/components/schemas/Direction' };
    },
  ),
  breaking(
    'null, where filter and rows share the schema',
    (document) => {
      document.components.schemas.Direction = { type: 'string', nullable: true };
    },
    (document) => {
      document.components.schemas.Direction = { type: 'string' };
      row(document).direction = { $ref: '#/components/schemas/Direction' };
      parameter(document, 'direction').schema = { $ref: '#/components/schemas/Direction' };
    },
  ),
  breaking(
    'a value less in a request body',
    (document) => {
      document.components.schemas.Kind = { type: 'string', enum: ['a'] };
    },
    (document) => {
      document.components.schemas.Kind = { type: 'string', enum: ['a', 'b'] };
      const schema = { type: 'object', properties: { kind: { $ref: '#/components/schemas/Kind' } } };
      operation(document).requestBody = { content: { 'application/json': { schema } } };
    },
  ),
  safe(
    'an operation gets its first id',
    'minor',
    (document) => {
      operation(document).operationId = 'getCallLogs';
    },
    (document) => {
      Reflect.deleteProperty(operation(document), 'operationId');
    },
  ),
  breaking('an operation loses its id', (document) => {
    Reflect.deleteProperty(operation(document), 'operationId');
  }),
  safe('the address of the server ends in a slash', 'none', (document) => {
    for (const server of document.servers) server.url += '/';
  }),
  safe('a scheme of authorization is called differently everywhere', 'patch', (document) => {
    Object.assign(document.components, {
      securitySchemes: { accessToken: document.components.securitySchemes.bearerAuth },
    });
    operation(document).security = [{ accessToken: [] }];
  }),
  safe(
    'a scheme of authorization that nothing requires is removed',
    'patch',
    (document) => {
      Reflect.deleteProperty(document.components.securitySchemes, 'key');
    },
    (document) => {
      Object.assign(document.components.securitySchemes, { key: { type: 'apiKey', in: 'header', name: 'X-Key' } });
    },
  ),
  breaking(
    'a header of the response is removed',
    (document) => {
      Reflect.deleteProperty(answer(document), 'headers');
    },
    (document) => {
      Object.assign(answer(document), { headers: { 'X-Total': { schema: { type: 'integer' } } } });
    },
  ),
  breaking('a field of the rows moves into an object of its own', (document) => {
    document.components.schemas.CallLog.properties.source = {
      type: 'object',
      properties: { user: { type: 'string' } },
    };
    delete row(document).source_user;
  }),
  notable(
    'the document is written in OpenAPI 3.2',
    (document) => {
      document.openapi = '3.2.0';
    },
    (document) => {
      document.openapi = '3.1.1';
    },
  ),
  safe('a patch of OpenAPI 3.0', 'patch', (document) => {
    document.openapi = '3.0.4';
  }),
];

/** The whole table. */
export const changes: DocumentChange[] = [
  ...rows,
  ...columns,
  ...pages,
  ...query,
  ...operations,
  ...wording,
  ...lookalikes,
];
