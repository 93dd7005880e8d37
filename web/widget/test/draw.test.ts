// Preact and what stands in its place follow the same rules.

import * as preact from 'preact';
import * as hooks from 'preact/hooks';
import * as runtime from 'preact/jsx-runtime';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as draw from '../src/draw/index.ts';
import { type FakeElement, fakeDocument, moves } from './page.ts';

type Make = (type: unknown, props: Record<string, unknown>, key?: unknown) => unknown;
interface Drawing {
  readonly jsx: Make;
  readonly Fragment: unknown;
  render(child: unknown, parent: unknown): void;
  useState<T>(initial: T | (() => T)): [T, (next: T | ((before: T) => T)) => void];
  useRef<T>(initial: T): { current: T };
  useLayoutEffect(effect: () => undefined | (() => void), deps?: readonly unknown[]): void;
}

const makers = [
  ['Preact', { ...hooks, ...runtime, render: preact.render }],
  ['draw', draw],
] as unknown as [string, Drawing][];

beforeAll(() => {
  Object.assign(globalThis, { document: fakeDocument });
});
afterAll(() => {
  Reflect.deleteProperty(globalThis, 'document');
});

/** Whatever was put off until the end of the turn has happened. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe.each(makers)('%s', (_name, { jsx, Fragment, render, ...use }) => {
  let page: FakeElement;
  const show = (child: unknown) => {
    render(child, page);
    return page.inner;
  };
  const list = (keys: string) =>
    jsx('ul', { children: [...keys].map((key) => jsx('li', { children: key }, key)) });
  beforeEach(() => {
    page = fakeDocument.createElement('main');
    moves.count = 0;
  });

  it('shows elements, text, numbers and lists, and nothing for null and false', () => {
    const children = ['a', 1, null, false, undefined, ['b', jsx('i', {})]];
    expect(show(jsx('p', { class: 'x', children }))).toBe('<p class="x">a1b<i></i></p>');
  });

  it('shows text as text', () => {
    show(jsx('p', { children: '<b>&' }));
    expect(page.firstChild?.childNodes).toHaveLength(1);
  });

  it('keeps the node of an element that is shown again, and changes what differs', () => {
    show(jsx('p', { id: 'a', title: 'x', children: 'one' }));
    const node = page.firstChild;
    expect(show(jsx('p', { id: 'b', children: 'two' }))).toBe('<p id="b">two</p>');
    expect(page.firstChild).toBe(node);
  });

  it('replaces an element by one of another type in its place', () => {
    show([jsx('i', {}), jsx('b', {}), jsx('u', {})]);
    expect(show([jsx('i', {}), jsx('p', {}), jsx('u', {})])).toBe('<i></i><p></p><u></u>');
  });

  it('says true and false in aria, and leaves out other attributes that are false', () => {
    expect(show(jsx('p', { 'aria-expanded': false, hidden: false, id: null }))).toBe(
      '<p aria-expanded="false"></p>',
    );
    expect(show(jsx('p', { 'aria-expanded': true }))).toBe('<p aria-expanded="true"></p>');
  });

  it('moves nothing when a list grows at its end, or at its start', () => {
    show(list('bc'));
    const nodes = [...(page.firstChild?.childNodes ?? [])];
    expect(show(list('bcd'))).toBe('<ul><li>b</li><li>c</li><li>d</li></ul>');
    expect(show(list('abcd'))).toBe('<ul><li>a</li><li>b</li><li>c</li><li>d</li></ul>');
    expect(page.firstChild?.childNodes.slice(1, 3)).toEqual(nodes);
    expect(moves.count).toBe(0);
  });

  it('moves nothing when something goes from the middle of a list', () => {
    show(list('abc'));
    expect(show(list('ac'))).toBe('<ul><li>a</li><li>c</li></ul>');
    expect(moves.count).toBe(0);
  });

  it.each(['cba', 'bca', 'xaybzc', 'c', '', 'dacb'])('turns the list abc into %s', (keys) => {
    show(list('abc'));
    const nodes = new Map(
      page.firstChild?.childNodes.map((node) => [node.firstChild?.toString(), node]),
    );
    expect(show(list(keys))).toBe(`<ul>${[...keys].map((key) => `<li>${key}</li>`).join('')}</ul>`);
    for (const node of page.firstChild?.childNodes ?? []) {
      const text = String(node.firstChild);
      if (nodes.has(text)) expect(node).toBe(nodes.get(text));
    }
  });

  it('keeps what stands behind something that comes and goes', () => {
    const two = (first: unknown) => show([first, jsx('p', {})]);
    two(null);
    const node = page.childNodes.at(-1);
    expect(two(jsx(Fragment, { children: ['a', 'b'] }))).toBe('ab<p></p>');
    expect(two(['a'])).toBe('a<p></p>');
    expect(two(false)).toBe('<p></p>');
    expect(page.childNodes.at(-1)).toBe(node);
  });

  it('draws a component again when its state changes, once for all changes of a turn', async () => {
    let drawn = 0;
    let add: (n: number) => void = () => {};
    const Counter = () => {
      const [count, setCount] = use.useState(() => 1);
      add = (n) => setCount((before) => before + n);
      drawn += 1;
      return jsx('b', { children: count });
    };
    show(jsx(Counter, {}));
    add(1);
    add(2);
    expect(page.inner).toBe('<b>1</b>');
    await settled();
    expect(page.inner).toBe('<b>4</b>');
    expect(drawn).toBe(2);
    add(0);
    await settled();
    expect(drawn).toBe(2);
  });

  it('forgets the state of a component that went, or got another key', async () => {
    let set: (text: string) => void = () => {};
    const Note = () => {
      const [text, setText] = use.useState('new');
      set = setText;
      return text;
    };
    show(jsx(Note, {}, 1));
    set('old');
    await settled();
    expect(page.inner).toBe('old');
    expect(show(jsx(Note, {}, 2))).toBe('new');
  });

  it('hands over nodes by reference, and takes them back', () => {
    const ref: { current: unknown } = { current: null };
    show(jsx('p', { ref }));
    expect(ref.current).toBe(page.firstChild);
    show(null);
    expect(ref.current).toBeNull();
  });

  it('keeps a reference over drawings', () => {
    const Counting = () => {
      const drawings = use.useRef(0);
      drawings.current += 1;
      return drawings.current;
    };
    show(jsx(Counting, {}));
    expect(show(jsx(Counting, {}))).toBe('2');
  });

  it('runs effects when the document is whole, inside before outside, and only when what they depend on changed', () => {
    const log: string[] = [];
    const Box = ({ name, children }: { name: string; children?: unknown }) => {
      use.useLayoutEffect(() => {
        log.push(`${name} in ${page.inner}`);
        return () => log.push(`${name} undone`);
      }, [name]);
      return jsx('i', { children });
    };
    const boxes = (outer: string) =>
      show(jsx(Box, { name: outer, children: jsx(Box, { name: 'in' }) }));
    boxes('out');
    expect(log.splice(0)).toEqual(['in in <i><i></i></i>', 'out in <i><i></i></i>']);
    boxes('out');
    expect(log).toEqual([]);
    boxes('other');
    expect(log.splice(0)).toEqual(['out undone', 'other in <i><i></i></i>']);
    show(null);
    expect(log.sort()).toEqual(['in undone', 'other undone']);
  });

  it('calls the newest listener, and none that was taken away', () => {
    const heard: string[] = [];
    const button = (onClick?: () => void) => jsx('button', { onClick });
    const click = () => page.firstChild?.dispatchEvent(new Event('click'));
    show(button(() => heard.push('first')));
    show(button(() => heard.push('second')));
    click();
    show(button());
    click();
    expect(heard).toEqual(['second']);
  });

  it('puts back the value of a field that a person changed', () => {
    show(jsx('textarea', { value: 'a' }));
    const field = page.firstChild as FakeElement;
    field.value = 'typed';
    show(jsx('textarea', { value: 'b' }));
    expect(field.value).toBe('b');
    field.value = 'typed';
    show(jsx('textarea', { value: '' }));
    expect(field.value).toBe('');
  });

  it('makes pictures in their own namespace', () => {
    show(jsx('svg', { viewBox: '0 0 1 1', children: jsx('path', { d: 'M0 0' }) }));
    const [svg] = page.childNodes as FakeElement[];
    const path = svg?.childNodes[0] as FakeElement | undefined;
    expect([svg, path].map((node) => node?.namespaceURI)).toEqual(
      Array(2).fill('http://www.w3.org/2000/svg'),
    );
  });
});
