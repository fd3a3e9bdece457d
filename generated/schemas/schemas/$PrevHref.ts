/* generated using openapi-typescript-codegen -- do not edit */
/* istanbul ignore file */
/* tslint:disable */
/* eslint-disable */
export const $PrevHref = {
  description: `URL to the previous page of records`,
  properties: {
    href: {
      type: 'string',
    },
  },
} as const;
