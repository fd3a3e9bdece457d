/* generated using openapi-typescript-codegen -- do not edit */
/* istanbul ignore file */
/* tslint:disable */
/* eslint-disable */
export const $WrappedFault = {
  description: `A fault of the gateway, wrapped`,
  properties: {
    fault: {
      properties: {
        code: {
          type: 'number',
          description: `Fault code of the gateway`,
          isRequired: true,
        },
        message: {
          type: 'string',
          isRequired: true,
        },
        description: {
          type: 'string',
        },
      },
      isRequired: true,
    },
  },
} as const;
