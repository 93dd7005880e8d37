import { describe, expect, it } from 'vitest';
import { withEntry } from '../size_budget.ts';

describe('sizes.json', () => {
  const widget = { entry: 'widget', size: 90, budget: 100 };
  const snippet = { entry: 'snippet', size: 11, budget: 10 };

  it('counts the entries over their budget', () => {
    expect(withEntry(withEntry(null, widget), snippet)).toEqual({
      entries: [snippet, widget],
      over: 1,
    });
  });

  it('takes the newest size of an entry', () => {
    const sizes = withEntry(withEntry(null, snippet), { ...snippet, size: 10 });
    expect(sizes).toEqual({ entries: [{ ...snippet, size: 10 }], over: 0 });
  });
});
