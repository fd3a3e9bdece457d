/* generated using openapi-typescript-codegen -- do not edit */
/* istanbul ignore file */
/* tslint:disable */
/* eslint-disable */
export const $CallLogsHalResponse = {
  properties: {
    _embedded: {
      type: 'CallLogsEmbeddedObject',
    },
    _links: {
      type: 'Links',
    },
    page: {
      type: 'number',
      description: `Current page number, counted from 1`,
    },
    page_size: {
      type: 'number',
      description: `Number of records per page that the server used; it may be lower than the one asked for`,
    },
    total_items: {
      type: 'number',
      description: `Total number of records`,
      isRequired: true,
    },
    total_page: {
      type: 'number',
      description: `Total number of pages; some servers say \`total_pages\`, some say neither`,
    },
    total_pages: {
      type: 'number',
      description: `Total number of pages; some servers say \`total_page\`, some say neither`,
    },
  },
} as const;
