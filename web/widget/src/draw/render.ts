// Makes the document show what is described, and touches only what differs from what it shows already.
//
// Siblings are drawn from the last to the first: each then knows the node that it has to stand before, and a node that stands
// there already is not moved (moving would cost it the focus and the place it was scrolled to).

import { type Component, type Element, elementsOf, FRAGMENT, type Props, TEXT } from './element.ts';
import { calledWith, type Kept, runEffects, undoEffects } from './hooks.ts';

const SVG = 'http://www.w3.org/2000/svg';

/** An element as it stands in the document. */
interface Drawn {
  readonly type: Element['type'];
  readonly key: unknown;
  readonly kept: Kept;
  props: Props;
  children: Drawn[];
  node?: globalThis.Element | Text;
}

interface Root {
  child: unknown;
  drawn: Drawn[];
  due: boolean;
}

const roots = new WeakMap<Node, Root>();
let finished: (() => void)[] = [];

/** Shows `child` inside `parent`, and again whenever the state of one of its components changes. */
export function render(child: unknown, parent: Node): void {
  const root = roots.get(parent) ?? { child, drawn: [], due: false };
  roots.set(parent, root);
  root.child = child;
  drawRoot(root, parent);
}

function drawRoot(root: Root, parent: Node): void {
  const redraw = () => {
    if (root.due) return;
    root.due = true;
    queueMicrotask(() => drawRoot(root, parent));
  };
  root.due = false;
  [root.drawn] = drawAll(parent, root.drawn, root.child, null, redraw);
  const effects = finished.reverse(); // what is inside comes before what is round it
  finished = [];
  for (const effect of effects) effect();
}

function drawAll(
  parent: Node,
  old: readonly Drawn[],
  children: unknown,
  before: Node | null,
  redraw: () => void,
): [drawn: Drawn[], first: Node | null] {
  const elements = elementsOf(children);
  const keyed = new Map(old.map((was) => [was.key, was]));
  const used = new Set<Drawn>();
  const drawn = elements.map(({ type, key }, i) => {
    const was = key === undefined ? old[i] : keyed.get(key);
    const same = was?.type === type && was.key === key && !used.has(was);
    const now = same ? was : { type, key, kept: { slots: [], redraw }, props: {}, children: [] };
    used.add(now);
    return now;
  });
  for (const was of old) if (!used.has(was)) remove(was, true);

  let first = before;
  for (let i = drawn.length - 1; i >= 0; i--)
    first = draw(parent, drawn[i] as Drawn, (elements[i] as Element).props, first, redraw);
  return [drawn, first];
}

/** Answers the first node of it, or `before` when it has none. */
function draw(
  parent: Node,
  drawn: Drawn,
  props: Props,
  before: Node | null,
  redraw: () => void,
): Node | null {
  const { type, kept } = drawn;
  const inside = (place: Node, children: unknown, end: Node | null) => {
    const [now, first] = drawAll(place, drawn.children, children, end, redraw);
    drawn.children = now;
    return first;
  };
  if (typeof type === 'function') {
    finished.push(() => runEffects(kept));
    return inside(
      parent,
      calledWith(kept, () => (type as Component)(props)),
      before,
    );
  }
  if (type === FRAGMENT) return inside(parent, props.children, before);
  if (typeof type === 'symbol' && type !== TEXT) return before;

  if (typeof type === 'string') {
    drawn.node ??= document.createElementNS(namespaceFor(type, parent), type);
    const node = drawn.node as HTMLElement;
    inside(node, props.children, null);
    setProps(node, drawn.props, props);
  } else {
    drawn.node ??= document.createTextNode('');
    const text = props.children as string;
    if ((drawn.node as Text).data !== text) (drawn.node as Text).data = text;
  }
  drawn.props = props;
  if (drawn.node.parentNode !== parent || drawn.node.nextSibling !== before)
    parent.insertBefore(drawn.node, before);
  return drawn.node;
}

function namespaceFor(type: string, parent: Node): string {
  const outside = (parent as globalThis.Element).namespaceURI;
  return type === 'svg' || outside === SVG ? SVG : 'http://www.w3.org/1999/xhtml';
}

function setProps(node: HTMLElement, old: Props, props: Props): void {
  for (const name in { ...old, ...props }) {
    const value = props[name];
    if (name === 'value') {
      // Asked of the document: a person has typed since it was last drawn.
      if ((node as HTMLInputElement).value !== value) (node as HTMLInputElement).value = `${value}`;
    } else if (name !== 'children' && value !== old[name]) setProp(node, name, old[name], value);
  }
}

function setProp(node: HTMLElement, name: string, old: unknown, value: unknown): void {
  if (name === 'ref') {
    if (value) (value as { current: unknown }).current = node;
  } else if (name.startsWith('on')) {
    const event = name.slice(2).toLowerCase();
    if (old) node.removeEventListener(event, old as EventListener);
    if (value) node.addEventListener(event, value as EventListener);
  } else if (value === undefined || value === null || (value === false && name[4] !== '-')) {
    node.removeAttribute(name);
  } else {
    // aria-… and data-… say "true" and "false"; other attributes are there or not.
    node.setAttribute(name, value === true && name[4] !== '-' ? '' : `${value}`);
  }
}

function remove({ node, kept, props, children }: Drawn, detach: boolean): void {
  undoEffects(kept);
  if (props.ref) (props.ref as { current: unknown }).current = null;
  for (const child of children) remove(child, detach && !node);
  if (detach) node?.remove();
}
