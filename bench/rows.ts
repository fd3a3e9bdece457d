/** Rows as JSON, joined by commas, so that any span of them is a slice of one buffer. */
export interface SerialisedRows {
  readonly count: number;
  /** Starts in seconds since 1970, ascending. */
  readonly starts: Float64Array;
  /** The bytes of rows `from` up to, but without, `to`, with the commas between them. */
  slice(from: number, to: number): Buffer;
}

const monthStart = Date.UTC(2026, 0, 1) / 1000;
const monthSeconds = 31 * 86_400;

/** `count` calls spread evenly over January 2026, about 586 bytes each. */
export function serialiseRows(count: number): SerialisedRows {
  const starts = new Float64Array(count);
  const offsets = new Float64Array(count + 1);
  const chunks: Buffer[] = [];
  for (let index = 0; index < count; index += 1) {
    const start = monthStart + Math.floor((index * monthSeconds) / count);
    const chunk = Buffer.from(`${JSON.stringify(row(index, start))},`);
    starts[index] = start;
    offsets[index + 1] = (offsets[index] ?? 0) + chunk.length;
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  const slice = (from: number, to: number): Buffer =>
    to <= from ? Buffer.alloc(0) : bytes.subarray(offsets[from], (offsets[to] ?? 0) - 1);
  return { count, starts, slice };
}

function row(index: number, start: number): Record<string, unknown> {
  const digits = String(index).padStart(12, '0');
  // Up to ten minutes, in no order: a call that starts later often ends earlier.
  const length = (index * 7919) % 600;
  return {
    charge: 0,
    custom_tag: null,
    destination_device_name: 'Reception',
    destination_extension: '1001',
    destination_sip_id: 'VH1001001',
    destination_user: 'jsmith',
    destination_user_full_name: 'Jane Smith',
    direction: 'Inbound',
    end: apiTime(start + length),
    from: '17325550100',
    id: `00000000-0000-4000-8000-${digits}`,
    in_network: false,
    international: false,
    length,
    rate: 0,
    recorded: true,
    result: 'Answered',
    source_device_name: null,
    source_extension: null,
    source_sip_id: null,
    source_user: null,
    source_user_full_name: null,
    start: apiTime(start),
    to: '17325550199',
  };
}

export function apiTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}
