import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { startEmulator } from "../../sandbox/emulator.ts";

const emulatorModule = join(import.meta.dirname, "../../sandbox/emulator.ts");

describe("the emulator", function () {
  this.timeout(300_000);

  it("answers on loopback for the account it is given", async () => {
    const emulator = await startEmulator({ accountId: "210987654321" });
    try {
      assert.match(emulator.endpoint, /^http:\/\/127\.0\.0\.1:\d+$/);
      const credentials = { accessKeyId: "test", secretAccessKey: "test" };
      const sts = new STSClient({ endpoint: emulator.endpoint, region: "us-east-1", credentials });
      const { Account } = await sts.send(new GetCallerIdentityCommand());
      assert.equal(Account, "210987654321");
    } finally {
      await emulator.stop();
    }
  });

  it("is gone once stopped, and can be stopped twice", async () => {
    const emulator = await startEmulator();
    await emulator.stop();
    await emulator.stop();
    await assert.rejects(fetch(emulator.endpoint));
    assert.equal(isRunning(emulator.pid), false);
  });

  it("runs beside another one, each with its own port and contents", async () => {
    const [one, other] = await Promise.all([startEmulator(), startEmulator()]);
    assert.notEqual(one.endpoint, other.endpoint);
    await Promise.all([one.stop(), other.stop()]);
  });

  it("ends when its parent is killed outright", async () => {
    const program = `
      const { startEmulator } = await import(${JSON.stringify(emulatorModule)});
      const { pid } = await startEmulator();
      console.log(pid);
      setInterval(() => undefined, 1000);`;
    const parent = spawn(process.execPath, ["--input-type=module", "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [output] = (await once(parent.stdout, "data")) as [Buffer];
    const pid = Number(output.toString());
    assert.equal(isRunning(pid), true);
    parent.kill("SIGKILL");
    for (let waited = 0; waited < 5000 && isRunning(pid); waited += 50) await sleep(50);
    assert.equal(isRunning(pid), false);
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
