import assert from "node:assert/strict";
import { IAM } from "@aws-sdk/client-iam";
import { failOnRefusedConnections } from "../../account/refusedConnections.ts";

describe("A client of AWS", () => {
  /** How often a request is sent that fails with a code, and what is said in the end. */
  async function sent(code: string) {
    let times = 0;
    const handle = () => {
      times++;
      return Promise.reject(Object.assign(new Error(`connect ${code}`), { code }));
    };
    const iam = new IAM({
      ...{ endpoint: "http://127.0.0.1:1", region: "us-east-1", maxAttempts: 2, requestHandler: { handle } },
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    iam.middlewareStack.use(failOnRefusedConnections());
    const error: unknown = await iam.listUsers({}).catch((reason: unknown) => reason);
    return [times, (error as Error).message];
  }

  it("asks nobody again where the connection is refused, and says where", async () => {
    assert.deepEqual(await sent("ECONNREFUSED"), [1, "the connection to http://127.0.0.1:1 was refused"]);
  });

  it("asks again where the connection broke", async () => {
    assert.deepEqual(await sent("ECONNRESET"), [2, "connect ECONNRESET"]);
  });
});
