import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { delimiter, join } from "node:path";
import { CreateUserCommand, GetUserCommand } from "@aws-sdk/client-iam";
import { credentials } from "@grpc/grpc-js";
import type { ServiceError } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import structs from "google-protobuf/google/protobuf/struct_pb.js";
import { fromStruct, toStruct } from "../../../sandbox/provider/structs.ts";
import { text, unknownValue } from "../../../sandbox/provider/values.ts";
import type { Properties } from "../../../sandbox/provider/values.ts";
import { useEmulator } from "../../support/emulator.ts";

const root = join(import.meta.dirname, "../../..");
const userUrn = "urn:pulumi:dev::project::my:index:Component$aws:iam/user:User::alice";
const profileUrn = "urn:pulumi:dev::project::aws:iam/userLoginProfile:UserLoginProfile::alice";

type Client = InstanceType<typeof services.ResourceProviderClient>;

describe("the stand-in plugin processes", function () {
  this.timeout(30_000);
  const emulator = useEmulator();
  const started: ChildProcess[] = [];
  afterEach(() => {
    for (const plugin of started.splice(0)) plugin.kill();
  });

  /** Starts a plugin the way the engine does: by its name on PATH, with nothing of AWS in the environment but `env`. */
  async function startPlugin(name: "aws" | "random", env: NodeJS.ProcessEnv = {}): Promise<Client> {
    const directories = [
      join(root, "sandbox/provider/bin", name),
      join(root, "node_modules/.bin"),
      process.env.PATH,
    ];
    const plugin = spawn(`pulumi-resource-${name}`, ["127.0.0.1:1"], {
      env: { PATH: directories.join(delimiter), ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    started.push(plugin);
    const [port] = (await once(plugin.stdout, "data")) as [Buffer];
    return new services.ResourceProviderClient(
      `127.0.0.1:${port.toString().trim()}`,
      credentials.createInsecure(),
    );
  }

  async function configure(client: Client, config: Properties = {}): Promise<Client> {
    const request = new messages.ConfigureRequest();
    request.setArgs(toStruct(config));
    const response = await call<messages.ConfigureResponse>((done) => client.configure(request, done));
    assert.equal(response.getSupportspreview(), true);
    return client;
  }

  const onEmulator = () => ({ AWS_ENDPOINT_URL: emulator.endpoint });
  const startAws = async (config: Properties = {}) =>
    configure(await startPlugin("aws", onEmulator()), config);

  it("refuse to work without an emulator's address, and with one of another machine", async () => {
    const bare = await startPlugin("aws");
    await assert.rejects(
      configure(bare),
      /only talks to an emulator on this machine: set AWS_ENDPOINT_URL to a loopback address \(it is not set\)/,
    );
    const remote = await startPlugin("aws", { AWS_ENDPOINT_URL: "https://iam.amazonaws.com" });
    await assert.rejects(configure(remote), /\(it is "https:\/\/iam\.amazonaws\.com"\)/);
    const lookalike = await startPlugin("aws", { AWS_ENDPOINT_URL: "http://127.0.0.1.example.com" });
    await assert.rejects(configure(lookalike), /only talks to an emulator on this machine/);
  });

  it("take the emulator's address from the provider's endpoints as well", async () => {
    const client = await startPlugin("aws");
    await configure(client, { endpoints: JSON.stringify([{ iam: emulator.endpoint }]) });
    assert.equal((await invokeIdentity(client)).accountId, "123456789012");
  });

  it("refuse an account that the configuration does not allow, in the plugin's words", async () => {
    const client = await startPlugin("aws", onEmulator());
    const rejected = configure(client, { allowedAccountIds: '["210987654321"]' });
    await assert.rejects(rejected, /AWS account ID not allowed: 123456789012/);
    await configure(client, { allowedAccountIds: '["123456789012"]' });
  });

  it("answer with the caller that the sandbox names", async () => {
    const arn = "arn:aws:iam::123456789012:user/alice";
    const client = await startPlugin("aws", { ...onEmulator(), SANDBOX_CALLER_ARN: arn });
    assert.equal((await invokeIdentity(await configure(client))).arn, arn);
  });

  it("say what to install for a type that they do not carry", async () => {
    const request = new messages.CheckRequest();
    request.setUrn("urn:pulumi:dev::project::aws:s3/bucket:Bucket::b");
    const client = await startAws();
    await assert.rejects(
      call((done) => client.check(request, done)),
      /the sandbox's stand-in for the AWS plugin does not carry aws:s3\/bucket:Bucket; install the official plugin: pulumi plugin install resource aws/,
    );
  });

  it("fill in defaults and keep the physical name that a resource has", async () => {
    const client = await startAws();
    const request = new messages.CheckRequest();
    request.setUrn(userUrn);
    request.setOlds(toStruct({ name: "alice-1234567" }));
    request.setNews(toStruct({ tags: { a: "1" } }));
    const response = await call<messages.CheckResponse>((done) => client.check(request, done));
    assert.deepEqual(fromStruct(response.getInputs()), {
      name: "alice-1234567",
      path: "/",
      forceDestroy: false,
      tags: { a: "1" },
    });
    assert.deepEqual(response.getFailuresList(), []);
  });

  it("create nothing at preview, and say what is not known yet", async () => {
    const client = await startAws();
    const request = new messages.CreateRequest();
    request.setUrn(userUrn);
    request.setPreview(true);
    request.setProperties(toStruct({ name: "previewed", path: "/", forceDestroy: true }));
    const response = await call<messages.CreateResponse>((done) => client.create(request, done));
    assert.equal(response.getId(), "");
    assert.deepEqual(fromStruct(response.getProperties()), {
      name: "previewed",
      path: "/",
      forceDestroy: true,
      arn: unknownValue,
      uniqueId: unknownValue,
      tagsAll: unknownValue,
    });
    const command = new GetUserCommand({ UserName: "previewed" });
    await assert.rejects(emulator.aws.iam.send(command), { name: "NoSuchEntityException" });
  });

  it("create, update with changes to ignore, read and delete", async () => {
    const client = await startAws({ defaultTags: JSON.stringify({ tags: { stack: "dev" } }) });
    const inputs = { name: "real", path: "/", forceDestroy: false, tags: { a: "1" } };
    const create = new messages.CreateRequest();
    create.setUrn(userUrn);
    create.setProperties(toStruct(inputs));
    const created = await call<messages.CreateResponse>((done) => client.create(create, done));
    assert.equal(created.getId(), "real");
    const outputs = fromStruct(created.getProperties());
    assert.deepEqual(outputs.tags, { a: "1" });
    assert.deepEqual(outputs.tagsAll, { a: "1", stack: "dev" });

    const news = toStruct({ ...inputs, path: "/moved/", tags: { b: "2" } });
    const diff = new messages.DiffRequest();
    diff.setUrn(userUrn);
    diff.setOlds(created.getProperties());
    diff.setNews(news);
    diff.setIgnorechangesList(["tags"]);
    const difference = await call<messages.DiffResponse>((done) => client.diff(diff, done));
    assert.deepEqual(difference.getDiffsList(), ["path"]);
    assert.deepEqual(difference.getReplacesList(), []);

    const update = new messages.UpdateRequest();
    update.setId("real");
    update.setUrn(userUrn);
    update.setOlds(created.getProperties());
    update.setNews(news);
    update.setIgnorechangesList(["tags"]);
    const updated = await call<messages.UpdateResponse>((done) => client.update(update, done));
    assert.deepEqual(fromStruct(updated.getProperties()).tags, { a: "1" });
    assert.equal(fromStruct(updated.getProperties()).arn, "arn:aws:iam::123456789012:user/moved/real");

    const remove = new messages.DeleteRequest();
    remove.setId("real");
    remove.setUrn(userUrn);
    remove.setProperties(updated.getProperties());
    await call((done) => client.delete(remove, done));
    const read = new messages.ReadRequest();
    read.setId("real");
    read.setUrn(userUrn);
    read.setProperties(updated.getProperties());
    const found = await call<messages.ReadResponse>((done) => client.read(read, done));
    assert.equal(found.getId(), "");
  });

  it("tell the engine of a resource that exists though its creation failed", async () => {
    await emulator.aws.iam.send(new CreateUserCommand({ UserName: "alice" }));
    const client = await startAws();
    const request = new messages.CreateRequest();
    request.setUrn(profileUrn);
    request.setProperties(toStruct({ user: "alice", pgpKey: "no key", passwordLength: 20 }));
    const error = await call((done) => client.create(request, done)).then(
      () => assert.fail("it should have failed"),
      (reason: unknown) => reason as ServiceError,
    );
    const [details] = error.metadata.get("grpc-status-details-bin");
    assert.ok(details instanceof Buffer);
    assert.match(details.toString("latin1"), /pulumirpc\.ErrorResourceInitFailed/);
  });

  it("mark a random password as secret, and a random string not", async () => {
    const client = await configure(await startPlugin("random"));
    const create = async (type: string, inputs: Properties) => {
      const request = new messages.CreateRequest();
      request.setUrn(`urn:pulumi:dev::project::${type}::r`);
      request.setProperties(toStruct(inputs));
      const response = await call<messages.CreateResponse>((done) => client.create(request, done));
      return response.getProperties() ?? new structs.Struct();
    };
    const password = await create("random:index/randomPassword:RandomPassword", { length: 16 });
    const wrapped = password.toJavaScript().result as unknown as Record<string, string>;
    assert.equal(wrapped["4dabf18193072939515e22adb298388d"], "1b47061264138c4ac30d75fd1eb44270");
    assert.equal(wrapped.value?.length, 16);
    const string = await create("random:index/randomString:RandomString", {
      length: 6,
      special: false,
      upper: false,
    });
    assert.match(text(fromStruct(string), "result"), /^[a-z0-9]{6}$/);
  });

  async function invokeIdentity(client: Client): Promise<Properties> {
    const request = new messages.InvokeRequest();
    request.setTok("aws:index/getCallerIdentity:getCallerIdentity");
    const response = await call<messages.InvokeResponse>((done) => client.invoke(request, done));
    return fromStruct(response.getReturn());
  }
});

function call<Response>(
  start: (done: (error: Error | null, response: Response) => void) => unknown,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    start((error, response) => {
      if (error) reject(error);
      else resolve(response);
    });
  });
}
