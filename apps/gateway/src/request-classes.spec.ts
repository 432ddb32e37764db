import 'reflect-metadata';
import { RequestMethod } from '@nestjs/common';
import { getMetadataStorage } from 'class-validator';
import { AgentsController } from './agents/agents.controller.js';
import { GatewayModule } from './gateway.module.js';
import { JobsController } from './jobs/jobs.controller.js';

type Controller = abstract new (...parameters: never[]) => object;
interface Argument {
  index: number;
}

/** Nest's own names of the kinds of arguments in its metadata. */
const QUERY = '4';
const BODY = '3';

/** A class that is imported as a type only is gone at run time: Nest would then check nothing, and say nothing. */
describe('request classes', () => {
  const controllers = [...(Reflect.getMetadata('controllers', GatewayModule) as Controller[]), JobsController, AgentsController];
  const routes = controllers.flatMap((controller) =>
    Object.getOwnPropertyNames(controller.prototype)
      .filter((name) => Reflect.hasMetadata('method', (controller.prototype as Record<string, object>)[name] ?? {}))
      .map((name) => ({ controller, name })),
  );

  function classesOf(kind: string): { route: string; type: unknown }[] {
    return routes.flatMap(({ controller, name }) => {
      const types = Reflect.getMetadata('design:paramtypes', controller.prototype as object, name) as unknown[];
      const parameters = Object.entries((Reflect.getMetadata('__routeArguments__', controller, name) ?? {}) as Record<string, Argument>);
      return parameters
        .filter(([key]) => key.split(':', 1)[0] === kind)
        .map(([, { index }]) => ({ route: `${controller.name}.${name}`, type: types[index] }));
    });
  }

  it('finds the routes', () => {
    expect(routes.length).toBeGreaterThanOrEqual(28);
    expect(routes.filter(({ controller }) => controller === AgentsController).map(({ name }) => name)).toEqual([
      'list',
      'services',
      'turn',
    ]);
    expect(Object.values(RequestMethod)).toContain('POST');
    expect(classesOf(BODY).map(({ route }) => route)).toEqual([
      'SpeechController.speak',
      'VoiceController.speak',
      'FilesController.create',
      'ProvidersController.setBreaker',
      'JobsController.speak',
    ]);
  });

  it('are there at run time for every body, with rules', () => {
    for (const { type } of classesOf(BODY)) {
      expect(type).not.toBe(Object);
      expect(getMetadataStorage().getTargetValidationMetadatas(type as new () => object, '', false, false).length).toBeGreaterThan(3);
    }
  });

  it('are there for the queries of the API', () => {
    const types = classesOf(QUERY).filter(({ route }) => !route.startsWith('ObjectsController'));
    expect(types).toHaveLength(8);
    for (const { type } of types) expect(type).not.toBe(Object);
  });
});
