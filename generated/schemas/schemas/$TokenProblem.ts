/* generated using openapi-typescript-codegen -- do not edit */
/* istanbul ignore file */
/* tslint:disable */
/* eslint-disable */
export const $TokenProblem = {
  description: `The Reports API refuses a token that the gateway let through`,
  properties: {
    title: {
      type: 'string',
      isRequired: true,
    },
    status: {
      type: 'number',
    },
  },
} as const;
