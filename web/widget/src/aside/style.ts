// The part's own style, added to the widget's the first time that something of it is drawn.

import { useLayoutEffect } from 'preact/hooks';
import text from './aside.css?inline';

const sheet = new CSSStyleSheet();
sheet.replaceSync(text);

export function useStyle(element: { readonly current: Element | null }): void {
  useLayoutEffect(() => {
    const root = element.current?.getRootNode() as ShadowRoot;
    if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
  }, []);
}
