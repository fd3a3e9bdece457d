/** The parts of an OpenAPI 3.0 document that the scripts read. */
export interface OpenApiDocument {
  info: { version: string };
  paths: Record<
    string,
    { get?: { parameters?: (Parameter | Reference)[]; responses?: Record<string, DocumentedResponse> } }
  >;
  components: {
    parameters?: Record<string, Parameter>;
    schemas: Record<string, SchemaObject>;
  };
}

interface DocumentedResponse {
  content?: Record<string, { schema?: SchemaObject }>;
}

export interface SchemaObject {
  $ref?: string;
  type?: string;
  nullable?: boolean;
  properties?: Record<string, SchemaObject>;
  required?: string[];
  items?: SchemaObject;
  pattern?: string;
  enum?: unknown[];
  'x-extensible-enum'?: unknown[];
  oneOf?: SchemaObject[];
  anyOf?: SchemaObject[];
  allOf?: SchemaObject[];
}

export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema: Record<string, unknown>;
}

interface Reference {
  $ref: string;
}

export const callLogsPath = '/accounts/{account_id}/call-logs';

/** Returns the parameters of the call-logs operation, with references resolved, in the document's order. */
export function callLogsParameters(document: OpenApiDocument): Parameter[] {
  const parameters = document.paths[callLogsPath]?.get?.parameters ?? [];
  return parameters.map((parameter) => ('$ref' in parameter ? resolve(document, parameter) : parameter));
}

function resolve(document: OpenApiDocument, { $ref }: Reference): Parameter {
  const parameter = document.components.parameters?.[$ref.replace('#/components/parameters/', '')];
  if (!parameter) throw new Error(`the document refers to ${$ref}, which it does not define`);
  return parameter;
}

/** Returns the schema that a reference such as `#/components/schemas/CallLog` names. */
export function resolveReference(document: OpenApiDocument, $ref: string): SchemaObject {
  const schema = document.components.schemas[$ref.replace('#/components/schemas/', '')];
  if (!schema) throw new Error(`the document refers to ${$ref}, which it does not define`);
  return schema;
}
