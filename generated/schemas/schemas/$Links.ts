/* generated using openapi-typescript-codegen -- do not edit */
/* istanbul ignore file */
/* tslint:disable */
/* eslint-disable */
export const $Links = {
  properties: {
    first: {
      type: 'FirstHref',
    },
    next: {
      type: 'NextHref',
    },
    prev: {
      type: 'PrevHref',
    },
    self: {
      type: 'SelfHref',
    },
  },
} as const;
