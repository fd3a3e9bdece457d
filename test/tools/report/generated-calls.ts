import fc from 'fast-check';
import { type CallLog, formatApiTime, type TimeWindow } from '../../../src/index.ts';

const minute = 60;

/** Rows in clusters, so that some of them fold: a few callers, extensions and results that are known and are not. */
export function generatedCalls(): fc.Arbitrary<(range: TimeWindow) => CallLog[]> {
  const extension = fc.constantFrom('1001', '1002', '1003', '1004');
  const row = fc.record({
    gap: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(0, 1, 9, 10, 11) },
      { weight: 2, arbitrary: fc.integer({ min: 12, max: 5 * minute }) },
      { weight: 2, arbitrary: fc.integer({ min: 5 * minute, max: 30 * 60 * minute }) },
    ),
    direction: fc.constantFrom('Inbound', 'Inbound', 'Inbound', 'Inbound', 'Outbound', 'Extension', 'Sideways'),
    result: fc.constantFrom('Answered', 'Missed', 'Missed', 'Voicemail', 'Attempted', 'Blocked', 'Parked'),
    length: fc.oneof(
      fc.constantFrom(0, 5, 29, 30, 59, 60, 3600),
      fc.integer({ min: 0, max: 40 * 60 * minute }),
      fc.constant(9 * 86_400),
    ),
    caller: fc.constantFrom('17325550101', '+17325550102', '2125550103', 'anonymous', '', undefined),
    ours: extension,
    other: extension,
    named: fc.boolean(),
    international: fc.boolean(),
    // The row's end need not agree with its length.
    late: fc.constantFrom(0, 0, 0, 7, -20),
  });
  return fc.array(row, { maxLength: 60 }).map((rows) => (range) => {
    let second = range.from.getTime() / 1000 - minute;
    const calls = rows.map(({ gap, direction, caller, ours, other, named, late, ...fields }, index): CallLog => {
      second += gap;
      const inbound = direction === 'Inbound';
      const source = inbound ? caller : ours;
      return {
        ...fields,
        id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
        start: formatApiTime(new Date(second * 1000)),
        end: formatApiTime(new Date((second + fields.length + late) * 1000)),
        direction,
        ...(source !== undefined && { from: source }),
        to: direction === 'Outbound' ? '19085550199' : other,
        source_extension: inbound || !named ? null : ours,
        source_user: inbound ? null : `user.${ours}`,
        source_user_full_name: inbound || ours === '1002' ? null : `Name ${ours}`,
        destination_extension: named ? other : null,
        destination_user: `user.${other}`,
        destination_user_full_name: other === '1002' ? null : `Name ${other}`,
      };
    });
    return calls;
  });
}
