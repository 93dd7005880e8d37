// Where the keyboard's focus is. It moves before the next key does: a letter that is typed while it is nowhere is lost, or acts. And
// nothing takes it away from where somebody has put it meanwhile.

/** Whether the focus is still where it is now, or nowhere because that is gone. */
function watchFocus(): () => boolean {
  const { activeElement } = document;
  return () =>
    document.activeElement === activeElement ||
    document.activeElement === document.body ||
    document.activeElement === null;
}

/** As soon as what just changed is in the document; with the next frame when that takes longer. */
export function focusSoon(find: () => HTMLElement | null | undefined): void {
  const isUnmoved = watchFocus();
  const focus = () => {
    const element = find();
    element?.focus();
    return element && document.activeElement === element;
  };
  // Rendering is a microtask, too, and was asked for before this one.
  queueMicrotask(() => {
    if (isUnmoved() && !focus()) requestAnimationFrame(() => isUnmoved() && focus());
  });
}
