/* generated using openapi-typescript-codegen -- do not edit */
/* istanbul ignore file */
/* tslint:disable */
/* eslint-disable */
export const $ErrorResponse = {
  properties: {
    msg: {
      type: 'string',
      description: `Error message`,
    },
    status: {
      type: 'number',
      description: `Http Response Code`,
    },
  },
} as const;
