/** As much of an OpenAPI 3.0 document as the scripts read. */
export interface OpenApiDocument {
  info: { version: string };
  paths: Record<string, { get?: { parameters?: (Parameter | Reference)[] } }>;
  components: {
    parameters?: Record<string, Parameter>;
    schemas: Record<string, { properties?: Record<string, Record<string, unknown>> }>;
  };
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

/** The parameters of the call-logs operation, references resolved, in the document's order. */
export function callLogsParameters(document: OpenApiDocument): Parameter[] {
  const parameters = document.paths[callLogsPath]?.get?.parameters ?? [];
  return parameters.map((parameter) => ('$ref' in parameter ? resolve(document, parameter) : parameter));
}

function resolve(document: OpenApiDocument, { $ref }: Reference): Parameter {
  const parameter = document.components.parameters?.[$ref.replace('#/components/parameters/', '')];
  if (!parameter) throw new Error(`the document refers to ${$ref}, which it does not hold`);
  return parameter;
}
