export type {
  Basis,
  CallsByResult,
  DayFigures,
  DirectionFigures,
  DirectionName,
  DurationFigures,
  Figures,
  FiguresRange,
  Headline,
  HourFigures,
  LinesInUse,
  PersonFigures,
  SourceName,
  UnansweredCaller,
  UnansweredCallers,
} from './tools/report/figures.ts';
export {
  type FiguresOptions,
  type FiguresPage,
  type FiguresPages,
  makeFigures,
  withPrevious,
} from './tools/report/make-figures.ts';
export { renderReport, type RenderOptions } from './tools/report/page/render-report.ts';
export { type PeopleOrder, peopleOrders } from './tools/report/people.ts';
