import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PageApi, type Person, type Standing, type Tell } from '../src/page_api.ts';

class FakeWidget implements Standing {
  readonly site: string;
  readonly tell: Tell;
  readonly done: string[] = [];
  person: Person = {};
  gone = false;
  constructor(site: string, tell: Tell) {
    this.site = site;
    this.tell = tell;
  }
  show(open: boolean): void {
    this.done.push(open ? 'open' : 'close');
  }
  know(person: Person): void {
    this.person = person;
  }
  leave(): void {
    this.done.push('leave');
  }
  async forget(): Promise<void> {
    this.done.push('forget');
  }
}

let errors: string[];
let widgets: FakeWidget[];
let api: PageApi;
const call = (...args: unknown[]) => api.run(args);
beforeEach(() => {
  errors = [];
  widgets = [];
  vi.stubGlobal('console', { error: (words: unknown) => errors.push(String(words)) });
  api = new PageApi((site, tell) => {
    const widget = new FakeWidget(site, tell);
    widgets.push(widget);
    return widget;
  });
});
afterEach(() => vi.unstubAllGlobals());

describe('boot', () => {
  it('starts one widget, and does nothing the second time', () => {
    call('boot', { site: 'shop' });
    call('boot', { site: 'shop' });
    expect(widgets).toHaveLength(1);
    expect(errors).toEqual([]);
  });

  it('of a second site is refused, and both are named', () => {
    call('boot', { site: 'shop' });
    call('boot', { site: 'other' });
    expect(widgets).toHaveLength(1);
    expect(errors).toEqual([expect.stringMatching(/"shop".*"other" is refused/)]);
  });

  it.each([undefined, null, 7, {}, { site: 'Shop' }, { site: '' }, { site: ['shop'] }])(
    'of %j is said to be a mistake',
    (options) => {
      call('boot', options);
      expect(widgets).toEqual([]);
      expect(errors).toEqual([expect.stringContaining('site')]);
    },
  );

  it('takes what the page knows of the visitor, also from before', () => {
    call('identify', { name: 'Vera', email: 'vera@example.com' });
    call('boot', { site: 'shop', name: 'Vera Lindqvist' });
    expect(widgets[0]?.person).toEqual({ name: 'Vera Lindqvist', email: 'vera@example.com' });
  });

  it.each(['boot', 'identify'])('takes the token of the site’s server (%s)', (command) => {
    call('boot', { site: 'shop' });
    call('shutdown');
    if (command === 'identify') call('boot', { site: 'shop' });
    call(command, { site: 'shop', token: 'a.b.c' });
    expect(widgets[1]?.person).toEqual({ token: 'a.b.c' });
  });

  it('starts another one after a shutdown, and after another tab forgot the visitor', () => {
    call('boot', { site: 'shop' });
    call('shutdown');
    call('boot', { site: 'other' });
    expect(widgets.map(({ site }) => site)).toEqual(['shop', 'other']);
    for (const widget of widgets) widget.gone = true;
    call('boot', { site: 'other' });
    expect(widgets).toHaveLength(3);
    expect(errors).toEqual([]);
  });
});

describe('a listener', () => {
  it('hears what happens, and first what it has missed', () => {
    const heard: unknown[] = [];
    call('boot', { site: 'shop' });
    widgets[0]?.tell('unread', 2);
    call('on', 'unread', (count: number) => heard.push(count));
    widgets[0]?.tell('unread', 3);
    expect(heard).toEqual([2, 3]);
  });

  it('is not told of a window that was open long ago', () => {
    const heard: string[] = [];
    call('boot', { site: 'shop' });
    widgets[0]?.tell('open');
    widgets[0]?.tell('close');
    call('on', 'open', () => heard.push('open'));
    call('on', 'close', () => heard.push('close'));
    expect(heard).toEqual(['close']);
  });

  it('that throws is reported, and the others hear all the same', () => {
    const heard: string[] = [];
    call('boot', { site: 'shop' });
    call('on', 'ready', () => {
      throw new Error('of the page');
    });
    call('on', 'ready', () => heard.push('second'));
    widgets[0]?.tell('ready');
    expect(heard).toEqual(['second']);
    expect(errors).toEqual(['Error: of the page']);
  });

  it('hears nothing any more after off', () => {
    const heard: string[] = [];
    const one = () => heard.push('one');
    call('boot', { site: 'shop' });
    call('on', 'ready', one);
    call('on', 'ready', () => heard.push('two'));
    call('off', 'ready', one);
    widgets[0]?.tell('ready');
    call('off', 'ready');
    widgets[0]?.tell('ready');
    expect(heard).toEqual(['two']);
  });
});

describe('a call that cannot be meant', () => {
  it.each([
    [['dance'], '"dance"'],
    [['constructor'], '"constructor"'],
    [[], 'undefined'],
    [[{}], 'object'],
    [['open'], 'boot comes first'],
    [['on', 'rain', () => {}], '"rain"'],
    [['on', 'open', 'x'], '"x"'],
    [['identify', { name: 7 }], 'name'],
    [['identify', { email: {} }], 'email'],
    [['identify', { token: {} }], 'token'],
  ])('%j is said to be one', (args, words) => {
    call(...args);
    expect(errors).toEqual([expect.stringContaining(words)]);
  });

  it('without anything to identify is none', () => {
    call('identify');
    call('identify', null);
    call('identify', { name: null });
    expect(errors).toEqual([]);
  });
});

describe('the end', () => {
  it('is leaving, or forgetting too', () => {
    call('boot', { site: 'shop', name: 'Vera' });
    call('shutdown');
    call('boot', { site: 'shop' });
    expect(widgets[1]?.person).toEqual({ name: 'Vera' });
    call('clear');
    call('boot', { site: 'shop' });
    expect(widgets.map(({ done }) => done)).toEqual([['leave'], ['forget'], []]);
    expect(widgets[2]?.person).toEqual({});
  });

  it('without a widget is none', () => {
    call('shutdown');
    call('clear');
    expect(errors).toEqual([]);
  });
});
