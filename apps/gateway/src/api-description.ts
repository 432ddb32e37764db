import { HealthCheck } from '@nestjs/terminus';
import type * as Swagger from '@nestjs/swagger';

type Package = typeof Swagger;

/*
 * The decorators of @nestjs/swagger, under their own names. The package is a sixth of all the files of a start and only the page
 * /docs needs it: what is said here is noted, and said to the package by whoever makes the description.
 */
const notes: ((swagger: Package) => void)[] = [];

/** Says to the package what has been noted since the last time, in the order in which the classes were read. */
export function describeTo(swagger: Package): void {
  for (const note of notes.splice(0)) note(swagger);
}

type DecoratorName = Extract<keyof Package, `Api${string}`>;
type Decorate = (...place: unknown[]) => void;

function noted<Name extends DecoratorName>(name: Name): Package[Name] {
  const decorator =
    (...said: unknown[]): Decorate =>
    (...place) => {
      notes.push((swagger) => (swagger[name] as (...said: unknown[]) => Decorate)(...said)(...place));
    };
  return decorator as Package[Name];
}

export const ApiAcceptedResponse = noted('ApiAcceptedResponse');
export const ApiBearerAuth = noted('ApiBearerAuth');
export const ApiBody = noted('ApiBody');
export const ApiConsumes = noted('ApiConsumes');
export const ApiCreatedResponse = noted('ApiCreatedResponse');
export const ApiExcludeController = noted('ApiExcludeController');
export const ApiExtraModels = noted('ApiExtraModels');
export const ApiNoContentResponse = noted('ApiNoContentResponse');
export const ApiNotFoundResponse = noted('ApiNotFoundResponse');
export const ApiOkResponse = noted('ApiOkResponse');
export const ApiOperation = noted('ApiOperation');
export const ApiParam = noted('ApiParam');
export const ApiProduces = noted('ApiProduces');
export const ApiProperty = noted('ApiProperty');
export const ApiPropertyOptional = noted('ApiPropertyOptional');
export const ApiTags = noted('ApiTags');

/** The answers of a health check, as Terminus describes them. It would load the package at once. */
export function ApiHealthResponses(): MethodDecorator {
  return (...place) => {
    notes.push(() => HealthCheck({ noCache: false, swaggerDocumentation: true })(...place));
  };
}

/** Where the description has the schema of a class that {@link ApiExtraModels} names. */
export function getSchemaPath({ name }: { readonly name: string }): string {
  return `#/components/schemas/${name}`;
}
