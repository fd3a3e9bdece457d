/* generated using openapi-typescript-codegen -- do not edit */
/* istanbul ignore file */
/* tslint:disable */
/* eslint-disable */
export const $ValidationErrorsResponse = {
  properties: {
    instance: {
      type: 'string',
      description: `Error Track ID`,
    },
    invalid_parameters: {
      type: 'array',
      contains: {
        type: 'DetailedInvalidParam',
      },
    },
    status: {
      type: 'number',
      description: `Error status code`,
    },
    title: {
      type: 'string',
      description: `Error title`,
    },
  },
} as const;
