/* generated using openapi-typescript-codegen -- do not edit */
/* istanbul ignore file */
/* tslint:disable */
/* eslint-disable */
export const $SelfHref = {
  description: `URL to the current page of records`,
  properties: {
    href: {
      type: 'string',
    },
  },
} as const;
