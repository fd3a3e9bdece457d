// The types of the sandbox and of reports need neither Node's types nor those of explicit resource management.
import { makeFigures, renderReport, type FiguresPages } from 'vbc-reports/report';
import { startSandbox, type Sandbox } from 'vbc-reports/sandbox';

export async function accountOf(sandbox?: Sandbox): Promise<string> {
  return (sandbox ?? (await startSandbox({ seed: 7 }))).accountId;
}

export async function pageOf(pages: FiguresPages): Promise<string> {
  return renderReport(await makeFigures(pages, { timeZone: 'Europe/Paris' }), { title: 'January' });
}
