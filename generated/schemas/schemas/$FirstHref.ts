/* generated using openapi-typescript-codegen -- do not edit */
/* istanbul ignore file */
/* tslint:disable */
/* eslint-disable */
export const $FirstHref = {
  description: `URL to the first page of records`,
  properties: {
    href: {
      type: 'string',
    },
  },
} as const;
