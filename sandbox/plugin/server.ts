import { promisify } from "node:util";
import { Metadata, Server, ServerCredentials, status } from "@grpc/grpc-js";
import type { ServerUnaryCall, UntypedServiceImplementation, sendUnaryData } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import statuses from "@pulumi/pulumi/proto/status_pb.js";
import any from "google-protobuf/google/protobuf/any_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import structs from "google-protobuf/google/protobuf/struct_pb.js";
import { messageOf, UnfinishedResourceError } from "./errors.ts";
import { configure, type Provider } from "./provider.ts";
import { invoke, StandIn } from "./standIn.ts";
import { withoutSecretMarks, type Properties } from "./values.ts";

/**
 * Serves the stand-in to the engine over gRPC, on a loopback port printed on standard output, until the engine ends.
 * `@pulumi/pulumi/provider` is not enough for this: it drops the provider's configuration, `ignoreChanges` and the
 * difference between a preview and an update.
 *
 * @param version - the version of the package's SDK, so that the engine finds the two to match
 */
export async function serve(version: string): Promise<void> {
  const server = new Server();
  server.addService(services.ResourceProviderService, methods(version));
  const bind = promisify(server.bindAsync.bind(server));
  console.log(String(await bind("127.0.0.1:0", ServerCredentials.createInsecure())));
  // The engine holds the other end of standard input: whatever way it ends, the plugin ends with it.
  process.stdin.on("end", () => process.exit()).resume();
}

/** Without CheckConfig, DiffConfig and Cancel: the engine knows what to do for a plugin that lacks them. */
function methods(version: string): UntypedServiceImplementation {
  // The engine configures a provider before all else.
  let provider: Provider;
  /** The resource that a request is about. */
  const about = (request: { getUrn(): string }) => {
    const [, , types = "", ...name] = request.getUrn().split("::");
    // The types of the parents come first.
    const standIn = new StandIn(provider, types.slice(types.lastIndexOf("$") + 1));
    return { standIn, name: name.join("::") };
  };

  return {
    // For an engine that has not started it: PULUMI_DEBUG_PROVIDERS.
    attach: unary(() => new empty.Empty()),
    getPluginInfo: unary(() => new plugins.PluginInfo().setVersion(version)),
    configure: unary(async (request: messages.ConfigureRequest) => {
      provider = await configure(fromStruct(request.getArgs()), process.env);
      return new messages.ConfigureResponse().setSupportspreview(true);
    }),
    invoke: unary(
      async (request: messages.InvokeRequest) => {
        const answer = await invoke(provider, request.getTok(), fromStruct(request.getArgs()));
        return new messages.InvokeResponse().setReturn(toStruct(answer));
      },
      (request) => `invoking ${request.getTok()}: `,
    ),
    check: unary((request: messages.CheckRequest) => {
      const { standIn, name } = about(request);
      const [olds, news] = [fromStruct(request.getOlds()), fromStruct(request.getNews())];
      const proposed = request.getAutonaming()?.getProposedName();
      const { inputs, problems } = standIn.check(name, news, olds, proposed);
      const failures = Object.entries(problems).map(([property, reason]) =>
        new messages.CheckFailure().setProperty(property).setReason(reason),
      );
      return new messages.CheckResponse().setInputs(toStruct(inputs)).setFailuresList(failures);
    }),
    diff: unary((request: messages.DiffRequest) => {
      const [state, news] = [fromStruct(request.getOlds()), fromStruct(request.getNews())];
      const diff = about(request).standIn.diff(state, news, request.getIgnorechangesList());
      const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
      return new messages.DiffResponse()
        .setChanges(diff.changed.length > 0 ? DIFF_SOME : DIFF_NONE)
        .setDiffsList(diff.changed)
        .setReplacesList(diff.replaces)
        .setDeletebeforereplace(diff.deleteBeforeReplace);
    }),
    create: unary(async (request: messages.CreateRequest) => {
      const { standIn } = about(request);
      const inputs = fromStruct(request.getProperties());
      const { id, outputs } = request.getPreview()
        ? { id: "", outputs: standIn.preview(inputs) }
        : await standIn.create(inputs);
      return new messages.CreateResponse().setId(id).setProperties(toStruct(outputs));
    }),
    read: unary(async (request: messages.ReadRequest) => {
      const [state, inputs] = [fromStruct(request.getProperties()), fromStruct(request.getInputs())];
      const found = await about(request).standIn.read(request.getId(), state, inputs);
      const response = new messages.ReadResponse().setId(found?.id ?? "");
      return found
        ? response.setInputs(toStruct(found.inputs)).setProperties(toStruct(found.outputs))
        : response;
    }),
    update: unary(
      async (request: messages.UpdateRequest) => {
        const { standIn } = about(request);
        const [state, news] = [fromStruct(request.getOlds()), fromStruct(request.getNews())];
        const ignored = request.getIgnorechangesList();
        const outputs = request.getPreview()
          ? standIn.preview(news, state, ignored)
          : await standIn.update(request.getId(), state, news, ignored);
        return new messages.UpdateResponse().setProperties(toStruct(outputs));
      },
      (request) => `updating ${request.getUrn()}: `,
    ),
    delete: unary(async (request: messages.DeleteRequest) => {
      await about(request).standIn.delete(request.getId(), fromStruct(request.getProperties()));
      return new empty.Empty();
    }),
  };
}

function fromStruct(struct: structs.Struct | undefined): Properties {
  return withoutSecretMarks(struct?.toJavaScript() ?? {});
}

function toStruct(properties: Properties): structs.Struct {
  return structs.Struct.fromJavaScript({ ...properties });
}

/** Turns a function into a gRPC handler; what it throws becomes the call's error, in the words of the bridge. */
function unary<Request, Response>(
  answer: (request: Request) => Response | Promise<Response>,
  doing: (request: Request) => string = () => "",
) {
  return ({ request }: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
    const succeed = (response: Response) => {
      callback(null, response);
    };
    const fail = (error: unknown) => {
      const details = `${doing(request)}1 error occurred:\n\t* ${messageOf(error)}\n\n`;
      const metadata = error instanceof UnfinishedResourceError ? unfinished(error, details) : new Metadata();
      callback({ code: status.UNKNOWN, details, metadata });
    };
    Promise.resolve(request).then(answer).then(succeed, fail);
  };
}

/** The error's details from which the engine learns that the resource exists all the same. */
function unfinished(error: UnfinishedResourceError, message: string): Metadata {
  const detail = new messages.ErrorResourceInitFailed()
    .setId(error.id)
    .setProperties(toStruct(error.outputs))
    .setReasonsList([message]);
  const packed = new any.Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const answer = new statuses.Status().setCode(status.UNKNOWN).setMessage(message).addDetails(packed);
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(answer.serializeBinary()));
  return metadata;
}
