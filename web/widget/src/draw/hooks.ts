// What a component keeps from one drawing to the next: slots, told apart by the order in which the hooks are called.

/** What the hooks of one component keep. */
export interface Kept {
  readonly slots: Slot[];
  readonly redraw: () => void;
}

interface Slot {
  value?: unknown;
  set?: (next: unknown) => void;
  deps?: readonly unknown[] | undefined;
  /** Waits until what was drawn is in the document. */
  effect?: Effect | undefined;
  undo?: (() => void) | undefined;
}

type Effect = () => undefined | (() => void);

let current: Kept;
let index = 0;

/** Calls a component; its hooks find what they kept. */
export function calledWith<T>(kept: Kept, call: () => T): T {
  current = kept;
  index = 0;
  return call();
}

export function useState(initial: unknown): readonly [unknown, (next: unknown) => void] {
  const { redraw } = current;
  const slot = nextSlot();
  if (!slot.set) {
    slot.value = typeof initial === 'function' ? initial() : initial;
    slot.set = (next) => {
      const value = typeof next === 'function' ? next(slot.value) : next;
      if (Object.is(value, slot.value)) return;
      slot.value = value;
      redraw();
    };
  }
  return [slot.value, slot.set];
}

export function useRef(initial: unknown): unknown {
  const slot = nextSlot();
  slot.value ??= { current: initial };
  return slot.value;
}

export function useEffect(effect: Effect, deps?: readonly unknown[]): void {
  const slot = nextSlot();
  if (deps && slot.deps?.every((dep, i) => Object.is(dep, deps[i]))) return;
  slot.deps = deps;
  slot.effect = effect;
}
export { useEffect as useLayoutEffect };

/** What was drawn is in the document: the effects that waited for it run, each after the last one's undo. */
export function runEffects({ slots }: Kept): void {
  for (const slot of slots) {
    const { effect } = slot;
    if (!effect) continue;
    slot.effect = undefined;
    slot.undo?.();
    slot.undo = effect();
  }
}

/** The component is gone. */
export function undoEffects({ slots }: Kept): void {
  for (const slot of slots) slot.undo?.();
}

function nextSlot(): Slot {
  const { slots } = current;
  const at = index++;
  const slot = slots[at] ?? {};
  slots[at] = slot;
  return slot;
}
