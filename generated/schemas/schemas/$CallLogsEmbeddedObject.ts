/* generated using openapi-typescript-codegen -- do not edit */
/* istanbul ignore file */
/* tslint:disable */
/* eslint-disable */
export const $CallLogsEmbeddedObject = {
  description: `The records; absent, or with an empty list, past the last page and on an empty result`,
  properties: {
    call_logs: {
      type: 'array',
      contains: {
        type: 'CallLog',
      },
      isRequired: true,
    },
  },
} as const;
