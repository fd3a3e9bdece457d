/* generated using openapi-typescript-codegen -- do not edit */
/* istanbul ignore file */
/* tslint:disable */
/* eslint-disable */
export const $AccountID = {
  type: 'string',
  description: `The numeric Vonage Business Cloud account ID. The alias \`self\`, which sibling APIs accept, is refused.`,
  pattern: '^[0-9]+$',
} as const;
