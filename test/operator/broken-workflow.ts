/** The workflow as a version has it whose code throws where that of this run does not. */
export async function breachResponse(): Promise<never> {
  throw new Error('a version that broke');
}
