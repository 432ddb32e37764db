import { effect, signal } from '@preact/signals';
import type { ApiError } from './api-error.js';

const NAME = 'parlance-key';

/** The API key of this tab, or nothing. It is kept in the tab's session and nowhere else. */
export const apiKey = signal(stored());

/** While the field for the key is shown; with the reason, where the gateway has asked for it. */
export const keyWanted = signal<{ reason?: ApiError } | undefined>(undefined);

export function askForKey(): void {
  keyWanted.value = {};
}

/** How often a key was entered or forgotten: whoever was refused asks again, also when it is the same one again. */
export const keyChanges = signal(0);

export function changeKey(key: string): void {
  apiKey.value = key;
  keyChanges.value += 1;
}

effect(() => {
  const key = apiKey.value;
  try {
    if (key === '') sessionStorage.removeItem(NAME);
    else sessionStorage.setItem(NAME, key);
  } catch {
    // A browser that keeps nothing: the key is asked for again after the next load.
  }
});

function stored(): string {
  try {
    return sessionStorage.getItem(NAME) ?? '';
  } catch {
    return '';
  }
}
