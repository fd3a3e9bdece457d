/* generated using openapi-typescript-codegen -- do not edit */
/* istanbul ignore file */
/* tslint:disable */
/* eslint-disable */
export const $CallLog = {
  properties: {
    charge: {
      type: 'number',
      description: `Amount charged for the call`,
    },
    destination_device_name: {
      type: 'string',
      description: `Name of the destination device of the call`,
      isNullable: true,
    },
    destination_extension: {
      type: 'string',
      description: `Destination extension of the call`,
      isNullable: true,
    },
    destination_sip_id: {
      type: 'string',
      description: `SIP ID of the destination device of the call`,
      isNullable: true,
    },
    destination_user: {
      type: 'string',
      description: `Destination user of the call`,
      isNullable: true,
    },
    destination_user_full_name: {
      type: 'string',
      description: `Full name of the destination user of the call`,
      isNullable: true,
    },
    direction: {
      type: 'string',
      description: `Direction of the call, an open set`,
      isRequired: true,
    },
    end: {
      type: 'string',
      description: `End time of the call. UTC, as \`yyyy-MM-dd HH:mm:ss\`, with no mark of the zone`,
      isRequired: true,
      pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01]) ([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d$',
    },
    from: {
      type: 'string',
      description: `Source number of the call; the bare extension where the call comes from the account's own side`,
    },
    id: {
      type: 'string',
      description: `Unique identifier of the call, a UUID; the \`call_id\` of the sibling APIs`,
      isRequired: true,
      format: 'uuid',
    },
    in_network: {
      type: 'boolean',
      description: `Indicates if call was on/off network`,
    },
    international: {
      type: 'boolean',
      description: `Indicates if call was international`,
    },
    length: {
      type: 'number',
      description: `Duration of the call in whole seconds`,
      isRequired: true,
    },
    rate: {
      type: 'number',
      description: `Rate charged for the call`,
    },
    recorded: {
      type: 'boolean',
      description: `Indicates if a recording rule was in force for the call; it does not say that audio exists`,
    },
    result: {
      type: 'string',
      description: `Result of the call, an open set`,
      isRequired: true,
    },
    source_device_name: {
      type: 'string',
      description: `Name of the source device of the call`,
      isNullable: true,
    },
    source_extension: {
      type: 'string',
      description: `Source extension of the call`,
      isNullable: true,
    },
    source_sip_id: {
      type: 'string',
      description: `SIP ID of the source device of the call`,
      isNullable: true,
    },
    source_user: {
      type: 'string',
      description: `Source user of the call`,
      isNullable: true,
    },
    source_user_full_name: {
      type: 'string',
      description: `Full name of the source user of the call`,
      isNullable: true,
    },
    start: {
      type: 'string',
      description: `Start time of the call. UTC, as \`yyyy-MM-dd HH:mm:ss\`, with no mark of the zone`,
      isRequired: true,
      pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01]) ([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d$',
    },
    to: {
      type: 'string',
      description: `Destination number of the call; the bare extension where the call goes to the account's own side`,
    },
    custom_tag: {
      type: 'string',
      description: `Custom tag of the call`,
      isNullable: true,
    },
  },
} as const;
