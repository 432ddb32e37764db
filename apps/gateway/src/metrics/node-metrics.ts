import { collectDefaultMetrics, Registry } from 'prom-client';

let registry: Registry | undefined;

/**
 * Memory, processor, event loop and garbage collection, by the names that dashboards for Node know. They are the
 * process's, and what measures them runs until it ends: there is one for all applications in it.
 */
export function nodeMetrics(): Registry {
  if (registry === undefined) {
    registry = new Registry();
    collectDefaultMetrics({ register: registry });
  }
  return registry;
}
