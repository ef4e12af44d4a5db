import { fstatSync } from "node:fs";
import { Server, ServerCredentials, status } from "@grpc/grpc-js";
import type { ServerUnaryCall, UntypedServiceImplementation, sendUnaryData } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { UnfinishedResourceError } from "./errors.ts";
import type { Diff, StandIn } from "./standIn.ts";
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
    getPluginInfo: unary(() => new plugins.PluginInfo().setVersion(version)),
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
      return new messages.ConfigureResponse().setSupportspreview(true);
    }),
    invoke: unary(
      async (request: messages.InvokeRequest) => {
        const answer = await standIn().invoke(request.getTok(), fromStruct(request.getArgs()));
        return new messages.InvokeResponse().setReturn(toStruct(answer));
      },
      (request) => `invoking ${request.getTok()}: `,
    ),
    check: unary((request: messages.CheckRequest) => {
      const { type, name } = parseUrn(request.getUrn());
      const [olds, news] = [fromStruct(request.getOlds()), fromStruct(request.getNews())];
      const naming = {
        proposed: request.getAutonaming()?.getProposedName(),
        seed: request.getRandomseed_asU8(),
      };
      const inputs = standIn().check(type, name, news, olds, naming);
      return checkResponse(inputs, standIn().validate(type, inputs));
    }),
    diff: unary((request: messages.DiffRequest) => {
      const [state, news] = [fromStruct(request.getOlds()), fromStruct(request.getNews())];
      const { type } = parseUrn(request.getUrn());
      return diffResponse(standIn().diff(type, state, news, request.getIgnorechangesList()));
    }),
    create: unary(async (request: messages.CreateRequest) => {
      const [{ type }, inputs] = [parseUrn(request.getUrn()), fromStruct(request.getProperties())];
      const { id, outputs } = request.getPreview()
        ? { id: "", outputs: standIn().preview(type, inputs) }
        : await standIn().create(type, inputs);
      return new messages.CreateResponse().setId(id).setProperties(toStruct(outputs));
    }),
    read: unary(async (request: messages.ReadRequest) => {
      const [state, inputs] = [fromStruct(request.getProperties()), fromStruct(request.getInputs())];
      const { type } = parseUrn(request.getUrn());
      const found = await standIn().read(type, request.getId(), state, inputs);
      const response = new messages.ReadResponse();
      if (!found) return response;
      return response
        .setId(found.id)
        .setInputs(toStruct(found.inputs))
        .setProperties(toStruct(found.outputs));
    }),
    update: unary(
      async (request: messages.UpdateRequest) => {
        const { type } = parseUrn(request.getUrn());
        const [state, news] = [fromStruct(request.getOlds()), fromStruct(request.getNews())];
        const ignored = request.getIgnorechangesList();
        const outputs = request.getPreview()
          ? standIn().preview(type, news, state, ignored)
          : await standIn().update(type, request.getId(), state, news, ignored);
        return new messages.UpdateResponse().setProperties(toStruct(outputs));
      },
      (request) => `updating ${request.getUrn()}: `,
    ),
    delete: unary(async (request: messages.DeleteRequest) => {
      const { type } = parseUrn(request.getUrn());
      await standIn().delete(type, request.getId(), fromStruct(request.getProperties()));
      return new empty.Empty();
    }),
  };
}

/**
 * Turns a function of the request into a gRPC handler; what it throws becomes the call's error, in the words of the bridge.
 *
 * @param answer - the function
 * @param doing - what the bridge's errors of this call begin with. @default nothing
 */
function unary<Request, Response>(
  answer: (request: Request) => Response | Promise<Response>,
  doing: (request: Request) => string = () => "",
) {
  return ({ request }: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
    const succeed = (response: Response) => {
      callback(null, response);
    };
    const fail = (error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      const details = `${doing(request)}1 error occurred:\n\t* ${message}\n\n`;
      const metadata =
        error instanceof UnfinishedResourceError ? unfinishedDetails(error, details) : undefined;
      callback({ code: status.UNKNOWN, details, metadata });
    };
    Promise.resolve(request).then(answer).then(succeed, fail);
  };
}

function checkResponse(inputs: Properties, wrong: Readonly<Record<string, string>>): messages.CheckResponse {
  const failures = Object.entries(wrong).map(([property, reason]) =>
    new messages.CheckFailure().setProperty(property).setReason(reason),
  );
  return new messages.CheckResponse().setInputs(toStruct(inputs)).setFailuresList(failures);
}

function diffResponse({ changed, replaces, deleteBeforeReplace }: Diff): messages.DiffResponse {
  const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
  return new messages.DiffResponse()
    .setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setDiffsList([...changed])
    .setReplacesList([...replaces])
    .setDeletebeforereplace(deleteBeforeReplace);
}

function parseUrn(urn: string): { type: string; name: string } {
  const [, , types = "", ...name] = urn.split("::");
  // The types of the parents come first, separated by "$".
  return { type: types.split("$").at(-1) ?? types, name: name.join("::") };
}
