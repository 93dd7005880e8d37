// Desktop notifications. Asked for by a button only, and shown only while nobody looks at the console.

export type Permission = 'possible' | 'granted' | 'blocked' | 'impossible';

export function permission(): Permission {
  // Browsers of phones have the name and throw when it is used.
  if (
    !('Notification' in window) ||
    !window.isSecureContext ||
    /Android/i.test(navigator.userAgent)
  )
    return 'impossible';
  if (Notification.permission === 'granted') return 'granted';
  return Notification.permission === 'denied' ? 'blocked' : 'possible';
}

export async function askForPermission(): Promise<Permission> {
  await Notification.requestPermission();
  return permission();
}

const shownNow = new Set<Notification>();

/** They hold what visitors wrote: none may outlive the session. */
export function takeBackNotifications(): void {
  for (const shown of shownNow) shown.close();
  shownNow.clear();
}

/** One for each chat: a later one takes the place of the earlier. */
export function notify(title: string, text: string, chat: string, chosen: () => void): void {
  if (permission() !== 'granted') return;
  try {
    const shown = new Notification(title, { body: text, tag: chat });
    shownNow.add(shown);
    shown.onclose = () => void shownNow.delete(shown);
    shown.onclick = () => {
      window.focus();
      shown.close();
      chosen();
    };
  } catch {
    // Not here after all: the title and the list tell the same.
  }
}
