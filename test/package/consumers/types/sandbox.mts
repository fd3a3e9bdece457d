// The sandbox's types need neither Node's types nor those of explicit resource management.
import { startSandbox, type Sandbox } from 'vbc-reports/sandbox';

export async function accountOf(sandbox?: Sandbox): Promise<string> {
  return (sandbox ?? (await startSandbox({ seed: 7 }))).accountId;
}
