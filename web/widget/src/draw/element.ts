// What JSX turns into: a description of what is to be shown. Never changed once made.

export type Props = Readonly<Record<string, unknown>> & { readonly children?: unknown };
export type Component = (props: Props) => unknown;

/** A text node; its text is `props.children`. */
export const TEXT = Symbol();
/** Nothing at all, but it keeps its place among its siblings. */
export const NOTHING = Symbol();
/** Several children without an element round them. */
export const FRAGMENT = Symbol();

export interface Element {
  readonly type: string | symbol | Component;
  readonly props: Props;
  readonly key: unknown;
}

export function jsx(type: Element['type'], props: Props, key?: unknown): Element {
  return { type, props, key };
}
export { jsx as jsxs };

/** Whatever may stand between tags, as elements. */
export function elementsOf(children: unknown): Element[] {
  return (Array.isArray(children) ? children : [children]).map(elementOf);
}

function elementOf(child: unknown): Element {
  if (child === null || child === undefined || typeof child === 'boolean') return jsx(NOTHING, {});
  // A list is one child: what stands behind it keeps its place when the list grows.
  if (Array.isArray(child)) return jsx(FRAGMENT, { children: child });
  return typeof child === 'object' ? (child as Element) : jsx(TEXT, { children: String(child) });
}
