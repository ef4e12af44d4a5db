import assert from "node:assert/strict";
import { PutMetricAlarmCommand } from "@aws-sdk/client-cloudwatch";
import { useEmulator } from "../support/emulator.ts";

describe("the emulator", () => {
  const emulator = useEmulator();

  it("answers CloudWatch in CBOR too, which the official AWS plugin speaks", async () => {
    const alarm = {
      AlarmName: "root",
      MetricName: "Use",
      Namespace: "Root",
      Statistic: "Sum",
      Period: 300,
    } as const;
    const comparison = {
      ComparisonOperator: "GreaterThanThreshold",
      EvaluationPeriods: 1,
      Threshold: 1,
    } as const;
    await emulator.aws.cloudWatch.send(new PutMetricAlarmCommand({ ...alarm, ...comparison }));
    const ask = async (operation: string) => {
      const answer = await fetch(
        `${emulator.endpoint}/service/GraniteServiceVersion20100801/operation/${operation}`,
        {
          method: "POST",
          headers: {
            authorization: "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/monitoring/aws4_request",
            "content-type": "application/cbor",
            "smithy-protocol": "rpc-v2-cbor",
          },
          // An empty map.
          body: Uint8Array.of(0xa0),
        },
      );
      return { status: answer.status, type: answer.headers.get("content-type"), body: await answer.text() };
    };
    const found = await ask("DescribeAlarms");
    assert.deepEqual([found.status, found.type], [200, "application/cbor"]);
    assert.match(found.body, /MetricAlarms.*AlarmName.root/s);
    const failed = await ask("SetAlarmState");
    assert.deepEqual([failed.status, failed.type], [404, "application/cbor"]);
    assert.match(failed.body, /__type.*ResourceNotFound/s);
  });
});
