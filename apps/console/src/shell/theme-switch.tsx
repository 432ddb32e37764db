import { theme, THEMES, type Theme } from './theme.js';

const LABELS: Readonly<Record<Theme, string>> = { system: 'As the system', light: 'Light', dark: 'Dark' };

export function ThemeSwitch() {
  return (
    <select aria-label="Appearance" value={theme.value} onChange={({ currentTarget }) => (theme.value = currentTarget.value as Theme)}>
      {THEMES.map((name) => (
        <option key={name} value={name}>
          {LABELS[name]}
        </option>
      ))}
    </select>
  );
}
