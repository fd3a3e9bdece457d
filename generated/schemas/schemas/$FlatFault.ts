/* generated using openapi-typescript-codegen -- do not edit */
/* istanbul ignore file */
/* tslint:disable */
/* eslint-disable */
export const $FlatFault = {
  description: `A fault of the gateway, flat`,
  properties: {
    code: {
      type: 'string',
      description: `Fault code of the gateway, as a string`,
      isRequired: true,
    },
    message: {
      type: 'string',
    },
    description: {
      type: 'string',
    },
    nextAccessTime: {
      type: 'string',
      description: `When the next request will be let through; reads like \`2026-Sep-12 20:00:00+0000 UTC\``,
    },
  },
} as const;
