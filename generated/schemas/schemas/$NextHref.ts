/* generated using openapi-typescript-codegen -- do not edit */
/* istanbul ignore file */
/* tslint:disable */
/* eslint-disable */
export const $NextHref = {
  description: `URL to the next page of records`,
  properties: {
    href: {
      type: 'string',
    },
  },
} as const;
