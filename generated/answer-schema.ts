// Generated from spec/reports.yml and spec/overlay.yml by `npm run generate`. Do not edit.

export const answerSchema = {
  type: 'object',
  required: ['total_items'],
  properties: {
    _embedded: {
      type: 'object',
      required: ['call_logs'],
      properties: {
        call_logs: {
          type: 'array',
          items: {
            type: 'object',
            required: ['direction', 'end', 'id', 'length', 'result', 'start'],
            properties: {
              charge: 'number',
              destination_device_name: 'string|null',
              destination_extension: 'string|null',
              destination_sip_id: 'string|null',
              destination_user: 'string|null',
              destination_user_full_name: 'string|null',
              direction: {
                type: 'string',
                known: ['Inbound', 'Outbound', 'Extension'],
              },
              end: {
                type: 'string',
                pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01]) ([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d$',
              },
              from: 'string',
              id: 'string',
              in_network: 'boolean',
              international: 'boolean',
              length: 'integer',
              rate: 'number',
              recorded: 'boolean',
              result: {
                type: 'string',
                known: ['Answered', 'Missed', 'Voicemail', 'Attempted', 'Blocked'],
              },
              source_device_name: 'string|null',
              source_extension: 'string|null',
              source_sip_id: 'string|null',
              source_user: 'string|null',
              source_user_full_name: 'string|null',
              start: {
                type: 'string',
                pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01]) ([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d$',
              },
              to: 'string',
              custom_tag: 'string|null',
            },
          },
        },
      },
    },
    _links: {
      type: 'object',
      properties: {
        first: {
          type: 'object',
          properties: {
            href: 'string',
          },
        },
        next: {
          type: 'object',
          properties: {
            href: 'string',
          },
        },
        prev: {
          type: 'object',
          properties: {
            href: 'string',
          },
        },
        self: {
          type: 'object',
          properties: {
            href: 'string',
          },
        },
      },
    },
    page: 'integer',
    page_size: 'integer',
    total_items: 'integer',
    total_page: 'integer',
    total_pages: 'integer',
  },
} as const;
