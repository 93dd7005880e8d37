// Where the keyboard's focus is. Nothing takes it away from where somebody has put it: what they type would go there instead, and single
// letters would act.

/** Whether the focus is still where it is now, or nowhere because that is gone. */
export function watchFocus(): () => boolean {
  const { activeElement } = document;
  return () =>
    document.activeElement === activeElement ||
    document.activeElement === document.body ||
    document.activeElement === null;
}

/** At once where that can be, else when the screen is drawn. */
export function focusOn(selector: string): void {
  const focus = () => {
    const element = document.querySelector<HTMLElement>(selector);
    element?.focus();
    return element !== null && document.activeElement === element;
  };
  if (focus()) return;
  const isUnmoved = watchFocus();
  requestAnimationFrame(() => isUnmoved() && focus());
}
