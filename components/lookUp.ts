import * as pulumi from "@pulumi/pulumi";

/**
 * Asks AWS a question. A failure becomes one sentence for the user, in place of a stack trace.
 *
 * @param what - what is asked for, the beginning of that sentence
 * @param ask - asks it
 * @param absent - failures that say that there is no such thing. @default none
 * @returns the answer, or undefined where there is no such thing
 * @throws {pulumi.RunError} that it cannot be found out, and what AWS or the plugin says
 */
export function lookUp<Answer>(what: string, ask: () => Promise<Answer>): Promise<Answer>;
export function lookUp<Answer>(
  what: string,
  ask: () => Promise<Answer>,
  absent: RegExp,
): Promise<Answer | undefined>;
export async function lookUp<Answer>(
  what: string,
  ask: () => Promise<Answer>,
  absent?: RegExp,
): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    const reason = reasonOf(error);
    if (absent?.test(reason)) return undefined;
    throw new pulumi.RunError(`${what} cannot be found out: ${reason}${nextStep(reason)}`);
  }
}

/** What went wrong, in words: of an answer to the AWS SDK the code, too, which the plugin has in its message. */
function reasonOf(error: unknown): string {
  return error instanceof Error && !("$metadata" in error) ? error.message : String(error);
}

/** What to do about a failure that is not about what was asked, as further sentences. */
function nextStep(reason: string): string {
  const steps: readonly (readonly [RegExp, string])[] = [
    [
      /ExpiredToken|expired token|token.* expired|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch/i,
      "Get new credentials (aws login, or your identity provider), and hand them to pulumi again.",
    ],
    [
      /StatusCode: 5\d\d|ServiceUnavailable|ServiceFailure|InternalFailure|Throttling|timed? ?out|ECONN|socket hang up|no such host/i,
      "AWS or the way to it is out of order: run the command again in some minutes.",
    ],
  ];
  const step = steps.find(([pattern]) => pattern.test(reason))?.[1];
  return step === undefined ? "" : `\n${step}`;
}
