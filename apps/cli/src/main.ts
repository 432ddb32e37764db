#!/usr/bin/env node
import 'reflect-metadata';
import { createProgram } from './program.js';
import { describeFailure } from './failure.js';

const leaving = new AbortController();
process.once('SIGINT', () => leaving.abort());
process.once('SIGTERM', () => leaving.abort());

createProgram(leaving.signal)
  .parseAsync()
  .catch((error: unknown) => {
    const { message, exitCode } = describeFailure(error, leaving.signal);
    if (message !== '') process.stderr.write(`parlance: ${message}\n`);
    process.exitCode = exitCode;
  });
