#!/usr/bin/env node
import 'reflect-metadata';
import { describeFailure } from './failure.js';
import { createProgram } from './program.js';

const leaving = new AbortController();
process.once('SIGINT', () => leaving.abort());
process.once('SIGTERM', () => leaving.abort());

// Whoever reads it has enough, as `head` has: no failure of ours. What is still written goes nowhere.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

createProgram(leaving.signal)
  .parseAsync()
  .catch((error: unknown) => {
    const { message, exitCode } = describeFailure(error, leaving.signal);
    if (message !== '') process.stderr.write(`parlance: ${message}\n`);
    process.exitCode = exitCode;
  });
