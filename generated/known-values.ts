// Generated from spec/reports.yml and spec/overlay.yml by `npm run generate`. Do not edit.

export const knownValues = {
  direction: ['Inbound', 'Outbound', 'Extension'],
  result: ['Answered', 'Missed', 'Voicemail', 'Attempted', 'Blocked'],
} as const;
