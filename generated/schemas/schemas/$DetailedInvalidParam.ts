/* generated using openapi-typescript-codegen -- do not edit */
/* istanbul ignore file */
/* tslint:disable */
/* eslint-disable */
export const $DetailedInvalidParam = {
  properties: {
    name: {
      type: 'string',
      description: `Invalid property name`,
    },
    reason: {
      type: 'string',
      description: `Invalid property reason`,
    },
  },
} as const;
