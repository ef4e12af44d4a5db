import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect, type AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** One request to AWS. */
export interface SeenRequest {
  /** The host and port that the proxy was asked for. */
  readonly host: string;
  readonly action: string;
  /** Who signed it: the id of the access key. */
  readonly key: string;
  /** The region that it was signed for. */
  readonly region: string;
  /** What was asked for beside the action. */
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * AWS as somebody sees it who reaches it through a proxy only: whatever host is asked for, it is this server on loopback, with
 * {@link certificate} for its own.
 */
export interface AwsBehindProxy extends AsyncDisposable {
  readonly proxy: string;
  /** A test may empty it. */
  readonly seen: SeenRequest[];
}

/** Starts it; every user has a password, every role can be assumed, and the account is 123456789012. */
export async function startAwsBehindProxy(): Promise<AwsBehindProxy> {
  const seen: SeenRequest[] = [];
  const askedFor = new Map<number | undefined, string>();
  const aws = createTlsServer({ key, cert: certificate }, (request, response) => {
    const host = askedFor.get(request.socket.remotePort) ?? "";
    void text(request).then((body) => {
      const asked = new URLSearchParams(body);
      asked.delete("Version");
      const { Action = "", ...parameters } = Object.fromEntries(asked);
      const scope = /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? "");
      seen.push({ host, action: Action, key: scope?.[1] ?? "", region: scope?.[2] ?? "", parameters });
      response.setHeader("content-type", "text/xml");
      response.end(`<R><${Action}Result>${answers[Action]?.(parameters) ?? ""}</${Action}Result></R>`);
    });
  });
  const proxy = createServer().on("connect", ({ url = "" }, client, head) => {
    const onward = connect((aws.address() as AddressInfo).port, "127.0.0.1", () => {
      askedFor.set(onward.localPort, url);
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.write(head);
      onward.pipe(client).pipe(onward);
    });
    for (const socket of [onward, client]) socket.on("error", () => onward.destroy());
  });
  for (const server of [aws, proxy]) await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    seen,
    proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const server of [proxy, aws] as Server[]) {
        server.closeAllConnections();
        await server[Symbol.asyncDispose]();
      }
    },
  };
}

const answers: Partial<Record<string, (parameters: SeenRequest["parameters"]) => string>> = {
  GetCallerIdentity: () => "<Account>123456789012</Account>",
  AssumeRole: ({ RoleArn = "" }) =>
    `<Credentials><AccessKeyId>${RoleArn.replace(/^.*\//, "")}</AccessKeyId><SecretAccessKey>x</SecretAccessKey>` +
    "<SessionToken>x</SessionToken><Expiration>2126-01-01T00:00:00Z</Expiration></Credentials>",
};

/** For all of AWS's hosts; made for these tests, and good for nothing else. */
export const certificate = `-----BEGIN CERTIFICATE-----
MIICIjCCAcigAwIBAgIUVAx66Q9j83G0MSDPA7NQlwy5tGkwCgYIKoZIzj0EAwIw
IjEgMB4GA1UEAwwXaWFtLWFkbWluaXN0cmF0b3JzIHRlc3QwIBcNMjYxMTI5MTcy
NDM5WhgPMjEyNjExMDUxNzI0MzlaMCIxIDAeBgNVBAMMF2lhbS1hZG1pbmlzdHJh
dG9ycyB0ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEHcpyuyiqi1ab52Qs
Dsc05P6OqrYRk3AY7n2Y2W3iAITA4aFgP7fdOmmQzQkH+6AXIZ1Xxs+pYeJVifOu
lzN8YaOB2TCB1jAdBgNVHQ4EFgQUGoX8AnlV2TfB6xUXaKW7xJdnYmMwHwYDVR0j
BBgwFoAUGoX8AnlV2TfB6xUXaKW7xJdnYmMwDwYDVR0TAQH/BAUwAwEB/zCBggYD
VR0RBHsweYIPKi5hbWF6b25hd3MuY29tghkqLnVzLWVhc3QtMS5hbWF6b25hd3Mu
Y29tghkqLmV1LXdlc3QtMS5hbWF6b25hd3MuY29tghAqLmdsb2JhbC5hcGkuYXdz
ghMqLmV1LXdlc3QtMS5hcGkuYXdzgglsb2NhbGhvc3QwCgYIKoZIzj0EAwIDSAAw
RQIgMspbXEgvNZEnKn1HZ6rrp3teDmWVaA1zznxmrVK1hlQCIQCsTVyxjauOhXXi
n0HUYopU63Tzj3zkDMJhcGiN1Qb3cg==
-----END CERTIFICATE-----`;

const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgke5OOWyV3FYqoy7U
KFrCEPTaTiP4vI8CeEVjaa6pICChRANCAAQdynK7KKqLVpvnZCwOxzTk/o6qthGT
cBjufZjZbeIAhMDhoWA/t906aZDNCQf7oBchnVfGz6lh4lWJ866XM3xh
-----END PRIVATE KEY-----`;
