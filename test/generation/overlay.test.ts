import { describe, expect, it } from '@jest/globals';

import { checkOverlay, type OverlayAction } from '../../scripts/generation/overlay.ts';

const document = {
  parameters: [{ name: 'page', in: 'query', description: 'The page', schema: { default: 0, type: 'number' } }],
  schemas: {
    CallLog: {
      required: ['id'],
      properties: { id: { type: 'string', description: 'The id' }, tag: { type: 'string', nullable: true } },
    },
  },
};

const check = (action: Omit<OverlayAction, 'description'>) => () => {
  checkOverlay(document, [{ ...action, description: 'Why it is there.' }]);
};

describe('an action of the overlay', () => {
  it('is kept while the document says something else', () => {
    expect(check({ target: '$.parameters[0]', update: { schema: { default: 1, type: 'number' } } })).not.toThrow();
    expect(check({ target: '$.schemas.CallLog', update: { required: ['start'] } })).not.toThrow();
    expect(check({ target: '$.schemas.CallLog.properties', update: { other: { type: 'string' } } })).not.toThrow();
    expect(check({ target: '$.parameters[0].schema.type', remove: true })).not.toThrow();
    expect(check({ target: '$.schemas.CallLog.properties.*', update: { nullable: true } })).not.toThrow();
  });

  it('is refused where it matches nothing', () => {
    expect(check({ target: '$.schemas.Call', update: {} })).toThrow(/match nothing[^]*\$\.schemas\.Call\n +Why it is/);
    expect(check({ target: '$.schemas.CallLog.nullable', remove: true })).toThrow(/match nothing/);
  });

  it('is refused if the document already says the same in any words', () => {
    const tag = { tag: { type: 'string', nullable: true, description: 'Custom tag', example: 'Sales' } };
    const caughtUp = /caught up[^]*delete[^]*\$\.schemas\.CallLog/;
    expect(check({ target: '$.schemas.CallLog.properties', update: tag })).toThrow(caughtUp);
    expect(check({ target: '$.schemas.CallLog', update: { required: ['id'] } })).toThrow(caughtUp);
    expect(check({ target: '$', update: { parameters: [{ name: 'page', in: 'query' }] } })).toThrow(/caught up/);
  });

  it('that is nothing but words is refused where the document has the same words', () => {
    const target = '$.schemas.CallLog.properties.id';
    expect(check({ target, update: { description: 'The id' } })).toThrow(/caught up/);
    expect(check({ target, update: { description: 'The UUID' } })).not.toThrow();
  });

  it('is refused if it would add an entry to a list that already has it', () => {
    const update = { required: ['id', 'start'] };
    expect(check({ target: '$.schemas.CallLog', update })).toThrow(/some of what[^]*\$\.schemas\.CallLog: "id"/);
  });
});
