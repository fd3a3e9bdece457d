/* generated using openapi-typescript-codegen -- do not edit */
/* istanbul ignore file */
/* tslint:disable */
/* eslint-disable */
export const $GatewayFault = {
  type: 'one-of',
  contains: [
    {
      type: 'WrappedFault',
    },
    {
      type: 'FlatFault',
    },
  ],
} as const;
