import { IAM } from "@aws-sdk/client-iam";
import { STS } from "@aws-sdk/client-sts";

/** What AWS answers to calls, by their names: outputs, made from the input. */
export type Answers = Readonly<Record<string, (input: Record<string, unknown>) => unknown>>;

/** Clients of AWS that answer some calls themselves, and the names of all calls that were made. */
export interface AnsweringClients {
  readonly iam: IAM;
  readonly sts: STS;
  readonly calls: readonly string[];
}

/**
 * Clients that answer these calls, and pass the others on.
 *
 * @param answers - outputs by the names of the calls; one that throws is AWS's error
 * @param endpoint - where the other calls go
 */
export function answeringClients(answers: Answers, endpoint = "http://127.0.0.1:1"): AnsweringClients {
  const calls: string[] = [];
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const config = { endpoint, region: "us-east-1", credentials, maxAttempts: 1 };
  const [iam, sts] = [new IAM(config), new STS(config)];
  for (const stack of [iam.middlewareStack, sts.middlewareStack] as (typeof iam.middlewareStack)[]) {
    stack.add(
      (next, { commandName }: { commandName?: string }) =>
        async (args) => {
          const name = (commandName ?? "").replace(/Command$/, "");
          calls.push(name);
          const answer = answers[name];
          if (answer === undefined) return next(args);
          const output = (await answer(args.input as Record<string, unknown>)) as object;
          return { output: { $metadata: {}, ...output }, response: {} };
        },
      { step: "initialize", priority: "high" },
    );
  }
  return { iam, sts, calls };
}

/** The error by which AWS denies a call. */
export function denied(): never {
  throw Object.assign(new Error("not authorized"), { name: "AccessDenied" });
}
