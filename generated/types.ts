export interface paths {
  '/accounts/{account_id}/call-logs': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Retrieve call logs for your account
     * @description Retrieve call logs for your account
     */
    get: operations['getCallLogs'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    CallLog: {
      /**
       * @description Amount charged for the call
       * @example 0
       */
      charge?: number;
      /**
       * @description Name of the destination device of the call
       * @example Smith
       */
      destination_device_name?: string | null;
      /**
       * @description Destination extension of the call
       * @example 1000
       */
      destination_extension?: string | null;
      /**
       * @description SIP ID of the destination device of the call
       * @example VH1111111
       */
      destination_sip_id?: string | null;
      /**
       * @description Destination user of the call
       * @example JSmith
       */
      destination_user?: string | null;
      /**
       * @description Full name of the destination user of the call
       * @example John Smith
       */
      destination_user_full_name?: string | null;
      /**
       * @description Direction of the call, an open set
       * @example Inbound
       */
      direction: string;
      /**
       * @description End time of the call. UTC, as `yyyy-MM-dd HH:mm:ss`, with no mark of the zone
       * @example 2019-01-01 00:00:00
       */
      end: string;
      /**
       * @description Source number of the call; the bare extension where the call comes from the account's own side
       * @example 17325550100
       */
      from?: string;
      /**
       * Format: uuid
       * @description Unique identifier of the call, a UUID; the `call_id` of the sibling APIs
       * @example f27b937d-6dde-441a-9595-006e7302eac1
       */
      id: string;
      /**
       * @description Indicates if call was on/off network
       * @example true
       */
      in_network?: boolean;
      /**
       * @description Indicates if call was international
       * @example false
       */
      international?: boolean;
      /**
       * @description Duration of the call in whole seconds
       * @example 60
       */
      length: number;
      /**
       * @description Rate charged for the call
       * @example 0
       */
      rate?: number;
      /**
       * @description Indicates if a recording rule was in force for the call; it does not say that audio exists
       * @example true
       */
      recorded?: boolean;
      /**
       * @description Result of the call, an open set
       * @example Answered
       */
      result: string;
      /**
       * @description Name of the source device of the call
       * @example Smith
       */
      source_device_name?: string | null;
      /**
       * @description Source extension of the call
       * @example 1000
       */
      source_extension?: string | null;
      /**
       * @description SIP ID of the source device of the call
       * @example VH1111111
       */
      source_sip_id?: string | null;
      /**
       * @description Source user of the call
       * @example JSmith
       */
      source_user?: string | null;
      /**
       * @description Full name of the source user of the call
       * @example John Smith
       */
      source_user_full_name?: string | null;
      /**
       * @description Start time of the call. UTC, as `yyyy-MM-dd HH:mm:ss`, with no mark of the zone
       * @example 2019-01-01 00:00:00
       */
      start: string;
      /**
       * @description Destination number of the call; the bare extension where the call goes to the account's own side
       * @example 17325550100
       */
      to?: string;
      /**
       * @description Custom tag of the call
       * @example Sales
       */
      custom_tag?: string | null;
    };
    /** @description The records; absent, or with an empty list, past the last page and on an empty result */
    CallLogsEmbeddedObject: {
      call_logs: components['schemas']['CallLog'][];
    };
    CallLogsHalResponse: {
      _embedded?: components['schemas']['CallLogsEmbeddedObject'];
      _links?: components['schemas']['Links'];
      /**
       * @description Current page number, counted from 1
       * @example 1
       */
      page?: number;
      /**
       * @description Number of records per page that the server used; it may be lower than the one asked for
       * @example 10
       */
      page_size?: number;
      /**
       * @description Total number of records
       * @example 100
       */
      total_items: number;
      /**
       * @description Total number of pages; some servers say `total_pages`, some say neither
       * @example 10
       */
      total_page?: number;
      /**
       * @description Total number of pages; some servers say `total_page`, some say neither
       * @example 10
       */
      total_pages?: number;
    };
    DetailedInvalidParam: {
      /** @description Invalid property name */
      name?: string;
      /** @description Invalid property reason */
      reason?: string;
    };
    ErrorResponse: {
      /** @description Error message */
      msg?: string;
      /** @description Http Response Code */
      status?: number;
    };
    /** @description URL to the first page of records */
    FirstHref: {
      href?: string;
    };
    /** @description URL to the last page of records */
    LastHref: {
      href?: string;
    };
    Links: {
      first?: components['schemas']['FirstHref'];
      next?: components['schemas']['NextHref'];
      prev?: components['schemas']['PrevHref'];
      self?: components['schemas']['SelfHref'];
    };
    /** @description URL to the next page of records */
    NextHref: {
      href?: string;
    };
    /** @description URL to the previous page of records */
    PrevHref: {
      href?: string;
    };
    /** @description URL to the current page of records */
    SelfHref: {
      href?: string;
    };
    ValidationErrorsResponse: {
      /** @description Error Track ID */
      instance?: string;
      /** @description Invalid parameters and their reason for failing */
      invalid_parameters?: components['schemas']['DetailedInvalidParam'][];
      /** @description Error status code */
      status?: number;
      /** @description Error title */
      title?: string;
    };
    /** @description A fault of the gateway, wrapped */
    WrappedFault: {
      fault: {
        /**
         * @description Fault code of the gateway
         * @example 900901
         */
        code: number;
        /** @example Invalid Credentials */
        message: string;
        /** @example Access failure for API */
        description?: string;
      };
    };
    /** @description A fault of the gateway, flat */
    FlatFault: {
      /**
       * @description Fault code of the gateway, as a string
       * @example 900804
       */
      code: string;
      /** @example Message throttled out */
      message?: string;
      /** @example You have exceeded your quota */
      description?: string;
      /**
       * @description When the next request will be let through; reads like `2026-Sep-12 20:00:00+0000 UTC`
       * @example 2026-Sep-12 20:00:00+0000 UTC
       */
      nextAccessTime?: string;
    };
    /** @description The Reports API refuses a token that the gateway let through */
    TokenProblem: {
      /** @example Problem with provided token */
      title: string;
      /** @example 401 */
      status?: number;
    };
    GatewayFault: components['schemas']['WrappedFault'] | components['schemas']['FlatFault'];
  };
  responses: never;
  parameters: {
    /**
     * @description The numeric Vonage Business Cloud account ID. The alias `self`, which sibling APIs accept, is refused.
     * @example 913874
     */
    AccountID: string;
  };
  requestBodies: never;
  headers: {
    /** @description When to come back, as an HTTP date; may be absent */
    RetryAfter: string;
  };
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  getCallLogs: {
    parameters: {
      query: {
        /**
         * @description Only calls that start at this second or later. UTC, as `yyyy-MM-dd HH:mm:ss`; an ISO instant is refused.
         * @example 2019-01-01 00:00:00
         */
        'start:gte': string;
        /**
         * @description Only calls that start at this second or earlier. UTC, as `yyyy-MM-dd HH:mm:ss`; an ISO instant is refused.
         * @example 2019-01-01 00:00:00
         */
        'start:lte': string;
        /**
         * @description Only calls that end at this second or later. UTC, as `yyyy-MM-dd HH:mm:ss`; an ISO instant is refused.
         * @example 2019-01-01 00:00:00
         */
        'end:gte'?: string;
        /**
         * @description Only calls that end at this second or earlier. UTC, as `yyyy-MM-dd HH:mm:ss`; an ISO instant is refused.
         * @example 2019-01-01 00:00:00
         */
        'end:lte'?: string;
        /**
         * @description Number of records per page. 1,000 is known to be honoured; a larger size may be lowered without a word, so compare with the `page_size` of the answer.
         * @example 10
         */
        page_size?: number;
        /**
         * @description Current page number, counted from 1
         * @example 1
         */
        page?: number;
        /**
         * @description Filter by called number
         * @example 17325550100
         */
        to?: string;
        /**
         * @description Filter by source number
         * @example 17325550100
         */
        from?: string;
        /** @description Filter by source user */
        source_user?: string;
        /** @description Filter by destination user */
        destination_user?: string;
        /**
         * @description Filter by call direction. Rows also say `Extension` (internal calls), which the filter does not document.
         * @example Inbound
         */
        direction?: 'Inbound' | 'Outbound';
        /**
         * @description Order by start. Undocumented and accepted by the live API. The default order is unknown, and calls that start in the same second may change places between two pages.
         * @example asc
         */
        order?: string;
      };
      header?: never;
      path: {
        /**
         * @description The numeric Vonage Business Cloud account ID. The alias `self`, which sibling APIs accept, is refused.
         * @example 913874
         */
        account_id: components['parameters']['AccountID'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Success */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CallLogsHalResponse'];
        };
      };
      /** @description Invalid parameters given */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ValidationErrorsResponse'];
        };
      };
      /** @description The token is missing, invalid or expired, or lacks the scope, the role or the account; the latter with an empty body */
      401: {
        headers: {
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json':
            | components['schemas']['WrappedFault']
            | components['schemas']['FlatFault']
            | components['schemas']['TokenProblem'];
        };
      };
      /** @description The application is not subscribed to the API, or the token lacks the scope */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "fault": {
           *         "code": 900908,
           *         "message": "Resource forbidden"
           *       }
           *     }
           */
          'application/json': components['schemas']['GatewayFault'];
        };
      };
      /** @description Throttled */
      429: {
        headers: {
          'Retry-After': components['headers']['RetryAfter'];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "code": "900804",
           *       "message": "Message throttled out",
           *       "nextAccessTime": "2026-Sep-12 20:00:00+0000 UTC"
           *     }
           */
          'application/json': components['schemas']['GatewayFault'];
        };
      };
      /** @description A fault of the gateway */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "fault": {
           *         "code": 900900,
           *         "message": "Unclassified Authentication Failure"
           *       }
           *     }
           */
          'application/json': components['schemas']['GatewayFault'];
        };
      };
      /** @description A fault of the edge, commonly HTML */
      502: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "fault": {
           *         "code": 101503,
           *         "message": "Error connecting to the back end"
           *       }
           *     }
           */
          'application/json': components['schemas']['GatewayFault'];
          'text/html': string;
        };
      };
      /** @description The backend is down, suspended or throttled */
      503: {
        headers: {
          'Retry-After': components['headers']['RetryAfter'];
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "fault": {
           *         "code": 101503,
           *         "message": "Error connecting to the back end"
           *       }
           *     }
           */
          'application/json': components['schemas']['GatewayFault'];
          'text/html': string;
        };
      };
      /** @description The backend does not answer, commonly HTML */
      504: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "fault": {
           *         "code": 101503,
           *         "message": "Error connecting to the back end"
           *       }
           *     }
           */
          'application/json': components['schemas']['GatewayFault'];
          'text/html': string;
        };
      };
    };
  };
}
