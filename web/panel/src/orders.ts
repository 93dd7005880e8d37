import type { Order, Refusal } from './wire.ts';

/** '' when it is obeyed, else why it is not. */
export async function give(order: Order): Promise<string> {
  try {
    const response = await fetch('order', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(order),
    });
    if (response.ok) return '';
    return ((await response.json()) as Refusal).why;
  } catch {
    return 'The demo does not answer: it has ended.';
  }
}
