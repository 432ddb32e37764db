/** Prints `Tests: 123 passed, 0 failed, 0 skipped` as the last line of a run, and fails a run without any test. */
module.exports = class SummaryReporter {
  onRunComplete(_contexts, results) {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites } = results;
    this.ran = numPassedTests + numFailedTests + numRuntimeErrorTestSuites;
    // A file that cannot even be loaded has no failed tests of its own.
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    const line = `Tests: ${numPassedTests} passed, ${failed} failed, ${numPendingTests + numTodoTests} skipped\n`;
    // Jest's own summary and warnings come after the reporters.
    process.once('exit', () => process.stdout.write(line));
  }

  getLastError() {
    return this.ran === 0 ? new Error('No test was run.') : undefined;
  }
};
