import { IsBoolean, IsOptional, IsString } from 'class-validator';
import { StopEnvironment } from './stop-environment.js';
import { Flag } from './value-forms.js';
import { Variable, VariableGroup } from './variable.js';

/**
 * What switches tracing on. OpenTelemetry's own variables are taken as they are: a value that only other programs of the
 * same environment understand is no reason not to start.
 */
@VariableGroup('Tracing')
export class TracingEnvironment extends StopEnvironment {
  @Variable('Collector of OpenTelemetry to which traces are sent, such as `http://127.0.0.1:4318`. Default: none, nothing is traced.')
  @IsOptional()
  @IsString()
  OTEL_EXPORTER_OTLP_ENDPOINT?: string;

  @Variable('The same for traces alone, with the whole path.')
  @IsOptional()
  @IsString()
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?: string;

  @Variable('Headers for the collector, `name=value,name=value`.', { secret: true })
  @IsOptional()
  @IsString()
  OTEL_EXPORTER_OTLP_HEADERS?: string;

  @Variable('The same for traces alone.', { secret: true })
  @IsOptional()
  @IsString()
  OTEL_EXPORTER_OTLP_TRACES_HEADERS?: string;

  @Variable('`otlp` traces also without an address (to `http://localhost:4318`), `none` not at all.')
  @IsOptional()
  @IsString()
  OTEL_TRACES_EXPORTER?: string;

  @Variable('`true` traces nothing.')
  @IsOptional()
  @IsString()
  OTEL_SDK_DISABLED?: string;

  @Variable('`true` tells vendors which trace a call belongs to, in the header `traceparent`.')
  @Flag()
  @IsBoolean({ message: '$property must be true or false' })
  PARLANCE_TRACE_VENDORS = false;
}

/** Whether spans are to be made and sent. */
export function isTraced(environment: TracingEnvironment): boolean {
  if (environment.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return false;
  const exporters = exportersOf(environment);
  if (exporters.length > 0) return exporters.includes('otlp');
  return environment.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined || environment.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT !== undefined;
}

/** What is asked for and cannot be had. @param values all variables there are */
export function tracingWarnings(environment: TracingEnvironment, values: Readonly<Record<string, string | undefined>>): string[] {
  const unknown = exportersOf(environment).filter((name) => name !== 'otlp' && name !== 'none');
  const protocols = isTraced(environment) ? ['OTEL_EXPORTER_OTLP_PROTOCOL', 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'] : [];
  const others = protocols.filter((name) => ![undefined, '', 'http/json'].includes(values[name]?.trim()));
  return [
    ...(unknown.length > 0 ? ['OTEL_TRACES_EXPORTER: traces go nowhere but to otlp; what else it names has no effect'] : []),
    ...others.map((name) => `${name}: traces are sent as http/json; the port of a collector for them is usually 4318`),
  ];
}

function exportersOf({ OTEL_TRACES_EXPORTER = '' }: TracingEnvironment): string[] {
  return OTEL_TRACES_EXPORTER.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
