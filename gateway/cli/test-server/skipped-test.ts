/** Ends a test that has nothing to look at; the message says what is missing. */
export class SkippedTest extends Error {}
