// A Worker with one client at module scope, which every request shares. `INPUT` is defined when this is bundled.
import { createReportsClient } from 'vbc-reports';

const { range, settings } = INPUT;
const client = createReportsClient(settings);

export default {
  async fetch() {
    const calls = await client.callLogs.list(range).toArray();
    return Response.json({ calls: calls.length });
  },
};
