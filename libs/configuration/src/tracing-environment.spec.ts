import { loadConfiguration, type EnvironmentValues } from './index.js';

const ENDPOINT = 'http://127.0.0.1:4318';

describe('tracing', () => {
  it.each<[EnvironmentValues, boolean]>([
    [{}, false],
    [{ OTEL_SERVICE_NAME: 'voice' }, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT }, true],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${ENDPOINT}/v1/traces` }, true],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, true],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, OTEL_SDK_DISABLED: 'TRUE' }, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, OTEL_SDK_DISABLED: 'false' }, true],
  ])('%j: %p', (environment, traced) => {
    const configuration = loadConfiguration(environment);
    expect(configuration.traced).toBe(traced);
    expect(configuration.warnings).toEqual([]);
  });

  it('tells what it cannot do, and starts all the same', () => {
    const warningsOf = (environment: EnvironmentValues) => loadConfiguration(environment).warnings;
    expect(warningsOf({ OTEL_TRACES_EXPORTER: 'console' })).toEqual([expect.stringMatching(/^OTEL_TRACES_EXPORTER: /)]);
    expect(warningsOf({ OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' })).toEqual([]);
    expect(warningsOf({ OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toEqual([
      expect.stringMatching(/^OTEL_EXPORTER_OTLP_PROTOCOL: .*http\/json/),
    ]);
    expect(warningsOf({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toEqual([]);
  });

  it('tells vendors nothing unless it is asked to', () => {
    expect(loadConfiguration({}).traceVendors).toBe(false);
    expect(loadConfiguration({ PARLANCE_TRACE_VENDORS: 'true' }).traceVendors).toBe(true);
  });
});
