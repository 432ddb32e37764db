import { signal } from '@preact/signals';
import { readRoute } from '../routes.js';

/** What the address asks for. */
export const route = signal(readRoute(location.hash));

addEventListener('hashchange', () => (route.value = readRoute(location.hash)));
