/* generated using openapi-typescript-codegen -- do not edit */
/* istanbul ignore file */
/* tslint:disable */
/* eslint-disable */
export const $LastHref = {
  description: `URL to the last page of records`,
  properties: {
    href: {
      type: 'string',
    },
  },
} as const;
