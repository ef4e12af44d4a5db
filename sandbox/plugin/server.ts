import { fstatSync } from "node:fs";
import { Server, ServerCredentials, status } from "@grpc/grpc-js";
import type { ServerUnaryCall, UntypedServiceImplementation, sendUnaryData } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { UnfinishedResourceError, type Diff, type StandIn } from "./standIn.ts";
import { canonical, type Properties } from "./values.ts";
import { fromStruct, toStruct, unfinishedDetails } from "./wire.ts";

/** Makes the stand-in for a provider's configuration; what it throws fails the provider's Configure. */
export type Configure = (config: Properties) => Promise<Pick<StandIn<never>, keyof StandIn<never>>>;

/**
 * Serves a stand-in to the engine over gRPC, on a loopback port printed on standard output, until the engine ends.
 * `@pulumi/pulumi/provider` is not enough for this: it drops the provider's configuration, `ignoreChanges` and the
 * difference between a preview and an update.
 *
 * @param version - the version of the package's SDK, so that the engine finds the two to match
 * @param configure - makes the stand-in
 */
export async function serve(version: string, configure: Configure): Promise<void> {
  const server = new Server({ "grpc.max_receive_message_length": 400 * 1024 * 1024 });
  server.addService(services.ResourceProviderService, methods(version, configure));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  console.log(String(port));
  // The engine holds the other end of standard input: whatever way it ends, the plugin ends with it.
  if (fstatSync(0).isFIFO()) process.stdin.on("end", () => process.exit()).resume();
}

function methods(version: string, configure: Configure): UntypedServiceImplementation {
  let configured: Awaited<ReturnType<Configure>> | undefined;
  const standIn = () => {
    if (!configured) throw new Error("the provider is not configured");
    return configured;
  };

  return {
    getPluginInfo: unary(() => {
      const info = new plugins.PluginInfo();
      info.setVersion(version);
      return info;
    }),
    attach: unary(() => new empty.Empty()),
    cancel: unary(() => new empty.Empty()),
    checkConfig: unary((request: messages.CheckRequest) => checkResponse(fromStruct(request.getNews()), {})),
    diffConfig: unary((request: messages.DiffRequest) => {
      const [olds, news] = [fromStruct(request.getOldInputs()), fromStruct(request.getNews())];
      const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
      const changed = names.filter((name) => canonical(olds[name]) !== canonical(news[name]));
      return diffResponse({ changed, replaces: [], deleteBeforeReplace: false });
    }),
    configure: unary(async (request: messages.ConfigureRequest) => {
      configured = await configure(fromStruct(request.getArgs()));
      const response = new messages.ConfigureResponse();
      response.setSupportspreview(true);
      return response;
    }),
    invoke: unary(async (request: messages.InvokeRequest) => {
      const response = new messages.InvokeResponse();
      response.setReturn(toStruct(await standIn().invoke(request.getTok(), fromStruct(request.getArgs()))));
      return response;
    }),
    check: unary((request: messages.CheckRequest) => {
      const { type, name } = parseUrn(request.getUrn());
      const [olds, news] = [fromStruct(request.getOlds()), fromStruct(request.getNews())];
      const proposed = request.getAutonaming()?.getProposedName();
      const inputs = standIn().check(type, name, news, olds, {
        proposed,
        seed: request.getRandomseed_asU8(),
      });
      return checkResponse(inputs, standIn().validate(type, inputs));
    }),
    diff: unary((request: messages.DiffRequest) => {
      const { type } = parseUrn(request.getUrn());
      const [state, news] = [fromStruct(request.getOlds()), fromStruct(request.getNews())];
      return diffResponse(standIn().diff(type, state, news, request.getIgnorechangesList()));
    }),
    create: unary(async (request: messages.CreateRequest) => {
      const { type } = parseUrn(request.getUrn());
      const inputs = fromStruct(request.getProperties());
      const created = request.getPreview()
        ? { id: "", outputs: standIn().preview(type, inputs) }
        : await standIn().create(type, inputs);
      const response = new messages.CreateResponse();
      response.setId(created.id);
      response.setProperties(toStruct(created.outputs));
      return response;
    }),
    read: unary(async (request: messages.ReadRequest) => {
      const { type } = parseUrn(request.getUrn());
      const [state, inputs] = [fromStruct(request.getProperties()), fromStruct(request.getInputs())];
      const found = await standIn().read(type, request.getId(), state, inputs);
      const response = new messages.ReadResponse();
      if (!found) return response;
      response.setId(found.id);
      response.setInputs(toStruct(found.inputs));
      response.setProperties(toStruct(found.outputs));
      return response;
    }),
    update: unary(async (request: messages.UpdateRequest) => {
      const { type } = parseUrn(request.getUrn());
      const [state, news] = [fromStruct(request.getOlds()), fromStruct(request.getNews())];
      const ignored = request.getIgnorechangesList();
      const outputs = request.getPreview()
        ? standIn().preview(type, news, state, ignored)
        : await standIn().update(type, request.getId(), state, news, ignored);
      const response = new messages.UpdateResponse();
      response.setProperties(toStruct(outputs));
      return response;
    }),
    delete: unary(async (request: messages.DeleteRequest) => {
      const { type } = parseUrn(request.getUrn());
      await standIn().delete(type, request.getId(), fromStruct(request.getProperties()));
      return new empty.Empty();
    }),
  };
}

/** Turns a function of the request into a gRPC handler; what it throws becomes the call's error. */
function unary<Request, Response>(answer: (request: Request) => Response | Promise<Response>) {
  return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
    Promise.resolve()
      .then(() => answer(call.request))
      .then(
        (response) => {
          callback(null, response);
        },
        (error: unknown) => {
          const details = error instanceof Error ? error.message : String(error);
          const metadata = error instanceof UnfinishedResourceError ? unfinishedDetails(error) : undefined;
          callback({ code: status.UNKNOWN, details, metadata });
        },
      );
  };
}

function checkResponse(inputs: Properties, wrong: Readonly<Record<string, string>>): messages.CheckResponse {
  const response = new messages.CheckResponse();
  response.setInputs(toStruct(inputs));
  for (const [property, reason] of Object.entries(wrong)) {
    const failure = new messages.CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    response.addFailures(failure);
  }
  return response;
}

function diffResponse({ changed, replaces, deleteBeforeReplace }: Diff): messages.DiffResponse {
  const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
  const response = new messages.DiffResponse();
  response.setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE);
  response.setDiffsList([...changed]);
  response.setReplacesList([...replaces]);
  response.setDeletebeforereplace(deleteBeforeReplace);
  return response;
}

function parseUrn(urn: string): { type: string; name: string } {
  const [, , types = "", ...name] = urn.split("::");
  // The types of the parents come first, separated by "$".
  return { type: types.split("$").at(-1) ?? types, name: name.join("::") };
}
