// Stands in for `preact`, `preact/hooks` and `preact/jsx-runtime` in the widget's build.
export { FRAGMENT as Fragment, jsx, jsxs } from './element.ts';
export { useEffect, useLayoutEffect, useRef, useState } from './hooks.ts';
export { render } from './render.ts';
