// The built gateway in a process of its own, which also measures the delay of its event loop.
import 'reflect-metadata';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { loadConfiguration } from '../../dist/libs/configuration/src/index.js';
import { letHeapGrow } from '../../dist/apps/gateway/src/heap-growth.js';
import { createGateway, stopGateway } from '../../dist/apps/gateway/src/bootstrap.js';

letHeapGrow();
const histogram = monitorEventLoopDelay({ resolution: 1 });
const gateway = await createGateway(loadConfiguration(process.env));
const url = await gateway.getUrl();
while (!(await fetch(`${url}/health/ready`)).ok) await new Promise((resolve) => setTimeout(resolve, 50));
process.send({ url });

process.on('message', (message) => {
  // A timer every millisecond: only where somebody wants to know.
  if (message === 'reset') {
    histogram.enable();
    histogram.reset();
  }
  if (message === 'delay') {
    const milliseconds = (nanoseconds) => nanoseconds / 1e6;
    process.send({
      p50: milliseconds(histogram.percentile(50)),
      p99: milliseconds(histogram.percentile(99)),
      max: milliseconds(histogram.max),
    });
  }
});
process.on('disconnect', () => void stopGateway(gateway, { graceMilliseconds: 1000 }).finally(() => process.exit()));
