import { nearestName } from './nearest-name.js';

const NAMES = [
  'PORT',
  'REDIS_URL',
  'PARLANCE_CONFIG_FILE',
  'PARLANCE_ROUTING',
  'PARLANCE_PUBLIC_URL',
  'PARLANCE_CONSOLE',
  'PARLANCE_CORS_ORIGINS',
  'PARLANCE_LOG_FORMAT',
  'PARLANCE_LOG_LEVEL',
];

it.each([
  ['PARLANCE_ROUTNG', 'PARLANCE_ROUTING'],
  ['PARLANCE_CONFIG', 'PARLANCE_CONFIG_FILE'],
  ['PARLANCE_CORS', 'PARLANCE_CORS_ORIGINS'],
  ['PARLANCE_REDIS_URL', 'REDIS_URL'],
  ['PARLANCE_PORT', 'PORT'],
  ['PARLANCE_LOG', undefined],
  ['PARLANCE_SOMETHING_ELSE', undefined],
])('%s is most likely %s', (given, meant) => expect(nearestName(given, NAMES)).toBe(meant));
