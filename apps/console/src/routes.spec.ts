import { readRoute } from './routes.js';

it.each([
  ['', { page: 'speak' }],
  ['#/', { page: 'speak' }],
  ['#/nowhere', { page: 'speak' }],
  ['#/nowhere/x', { page: 'speak' }],
  ['#/status', { page: 'status' }],
  ['#/trace/req_1-a', { page: 'trace', detail: 'req_1-a' }],
  ['#/trace/<b>', { page: 'speak' }],
])('%j leads to %j', (hash, route) => {
  expect(readRoute(hash)).toEqual(route);
});
