import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { RequestMethod } from '@nestjs/common';
import { ModulesContainer, Reflector } from '@nestjs/core';
import { SCOPES, type Scope } from '@parlance/contracts';
import { startFakeGateway, type FakeGateway } from '../__fixtures__/fake-gateway.js';
import { bearer, KeysFile } from '../__fixtures__/keys-file.js';
import { answerOf, type Answer } from '../__fixtures__/post.js';
import { scopesOf } from './scope.js';

interface Route {
  method: string;
  /** With example values for its parameters. */
  path: string;
  /** As it is documented. */
  pattern: string;
  scopes: readonly Scope[] | undefined;
}

type Handler = (...parameters: never[]) => unknown;

/** Every route of every controller of the running application. */
function routesOf({ application }: FakeGateway): Route[] {
  const reflector = new Reflector();
  const controllers = [...application.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()]);
  return controllers.flatMap(({ metatype }) => {
    const type = metatype as new () => object;
    const prototype = type.prototype as Record<string, Handler>;
    return Object.getOwnPropertyNames(prototype)
      .filter((name) => Reflect.hasMetadata('method', prototype[name] ?? {}))
      .map((name) => {
        const handler = prototype[name]!;
        const parts = [Reflect.getMetadata('path', type) as string, Reflect.getMetadata('path', handler) as string];
        const pattern = `/${parts.join('/')}`.replaceAll(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '');
        const method = RequestMethod[Reflect.getMetadata('method', handler) as number] ?? '';
        return { method, pattern, path: pattern.replaceAll(/:\w+|\*/g, 'x'), scopes: scopesOf(reflector, handler, type) };
      });
  });
}

const asksForKey = ({ pattern }: Route) => pattern.startsWith('/v1/') || pattern === '/metrics';

describe('scopes', () => {
  let gateway: FakeGateway;
  let file: KeysFile;
  let routes: Route[];
  beforeAll(async () => {
    file = new KeysFile(Object.fromEntries(SCOPES.map((scope) => [scope, { scopes: [scope] }])));
    gateway = await startFakeGateway({ PARLANCE_KEYS_FILE: file.path });
    routes = routesOf(gateway);
  });
  afterAll(async () => {
    await gateway.close();
    file.remove();
  });

  const ask = ({ method, path }: Route, headers: Record<string, string>) =>
    answerOf(fetch(gateway.url + path, { method, headers, ...(method === 'POST' && { body: '{' }) }));
  const codeOf = ({ json }: Answer) => json.error?.code;

  it('are there for every route below /v1 and for metrics, and for no other', () => {
    expect(routes.length).toBeGreaterThan(30);
    expect(routes.filter(asksForKey).length).toBeGreaterThan(20);
    const describeRoute = ({ method, pattern }: Route) => `${method} ${pattern}`;
    expect(routes.filter((route) => asksForKey(route) && route.scopes === undefined).map(describeRoute)).toEqual([]);
    expect(routes.filter((route) => !asksForKey(route) && route.scopes !== undefined).map(describeRoute)).toEqual([]);
  });

  it('let a key with one of them in, and refuse every other key with the name of what it lacks', async () => {
    for (const route of routes.filter(asksForKey)) {
      for (const scope of SCOPES) {
        const answer = await ask(route, bearer(scope));
        // Usage of all tenants is for operators, of which the route itself takes care.
        const isLetIn = route.path === '/v1/usage' ? scope === 'admin' : route.scopes?.includes(scope);
        if (isLetIn === true) expect([route.path, scope, codeOf(answer)]).not.toContain('insufficient_scope');
        else {
          expect(answer).toMatchObject({
            status: 403,
            json: { error: { type: 'permission_error', param: null, code: 'insufficient_scope' } },
          });
          expect(answer.json.error?.message).toContain(route.path === '/v1/usage' ? "'admin'" : `'${route.scopes?.[0]}'`);
        }
      }
    }
  });

  it('are asked for however the address is spelt', async () => {
    const statusOf = async (path: string, headers = {}) =>
      new Promise<number | undefined>((resolve, reject) => {
        // As it is: fetch would write it anew.
        request(gateway.url, { path, headers }, (response) => resolve(response.resume().statusCode))
          .on('error', reject)
          .end();
      });
    for (const spelling of [
      '/v1/models',
      '/%761/models',
      '/v%31/models',
      '/%76%31/%6dodels',
      '/v1/models/',
      '/v1/models?x=/v2/',
      'http://a/v1/models',
    ]) {
      expect([spelling, await statusOf(spelling)]).toEqual([spelling, 401]);
      expect([spelling, await statusOf(spelling, bearer('speech'))]).toEqual([spelling, 200]);
    }
    for (const spelling of ['/%761/cache', '/v1/%63ache']) expect(await statusOf(spelling, bearer('speech'))).toBe(403);
    for (const spelling of ['//v1/models', '/V1/models', '/v1%2Fmodels', '/x/../v1/models', '/./v1/models', '/v1/models%00']) {
      expect([spelling, await statusOf(spelling)]).not.toContain(200);
    }
  });

  it('are documented as they are', () => {
    const rows = readFileSync(join(__dirname, '../../../../docs/security.md'), 'utf8').match(/^\| `[A-Z]+ \/(?:v1\/|metrics).*$/gm) ?? [];
    const documented = rows
      .map((row) => row.split('|').map((cell) => cell.trim().replaceAll('`', '')))
      .map(([, route, scopes]) => `${route}: ${scopes}`);
    const actual = routes.filter(asksForKey).map(({ method, pattern, scopes = [] }) => {
      return `${method} ${pattern}: ${scopes.length === SCOPES.length ? 'any' : scopes.join(', ')}`;
    });
    expect(documented.toSorted()).toEqual(actual.toSorted());
  });
});
