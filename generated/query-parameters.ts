// Generated from spec/reports.yml and spec/overlay.yml by `npm run generate`. Do not edit.

export const queryParameters = {
  'start:gte': {
    required: true,
    type: 'string',
    pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01]) ([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d$',
  },
  'start:lte': {
    required: true,
    type: 'string',
    pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01]) ([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d$',
  },
  'end:gte': {
    required: false,
    type: 'string',
    pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01]) ([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d$',
  },
  'end:lte': {
    required: false,
    type: 'string',
    pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01]) ([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d$',
  },
  page_size: {
    required: false,
    default: 10,
    type: 'integer',
    minimum: 1,
  },
  page: {
    required: false,
    default: 1,
    type: 'integer',
    minimum: 1,
  },
  to: {
    required: false,
    type: 'string',
  },
  from: {
    required: false,
    type: 'string',
  },
  source_user: {
    required: false,
    type: 'string',
  },
  destination_user: {
    required: false,
    type: 'string',
  },
  direction: {
    required: false,
    enum: ['Inbound', 'Outbound'],
    type: 'string',
  },
  order: {
    required: false,
    type: 'string',
  },
} as const;
