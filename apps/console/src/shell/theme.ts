import { effect, signal } from '@preact/signals';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const NAME = 'parlance-theme';

export const theme = signal<Theme>(stored());

/** Whether the page is dark just now, by the switch or by the system. */
export const isDark = signal(false);

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');
const update = (): void => {
  isDark.value = theme.value === 'dark' || (theme.value === 'system' && systemIsDark.matches);
};
systemIsDark.addEventListener('change', update);

effect(() => {
  document.documentElement.dataset['theme'] = theme.value;
  update();
  try {
    localStorage.setItem(NAME, theme.value);
  } catch {
    // A browser that keeps nothing: the next load is as the system is.
  }
});

function stored(): Theme {
  try {
    return THEMES.find((known) => known === localStorage.getItem(NAME)) ?? 'system';
  } catch {
    return 'system';
  }
}
