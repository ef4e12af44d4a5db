import { delimiter, dirname } from "node:path";

/**
 * The variables that the sandbox lets through: how to find programs, folders and a proxy, and how to print.
 * A list of what is allowed, because nobody can list every variable that holds a credential.
 */
const allowed = `
  PATH HOME USER SHELL TMPDIR TEMP TMP LANG LC_ALL TERM NO_COLOR CI
  SystemRoot ComSpec PATHEXT USERPROFILE APPDATA LOCALAPPDATA
  HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy SSL_CERT_FILE NODE_EXTRA_CA_CERTS
  PULUMI_HOME NODE_V8_COVERAGE`.split(/\s+/);

/**
 * Takes everything else out of this process's environment, so that neither it nor anything it starts can find a
 * cloud credential there.
 */
export function isolate(): void {
  for (const name of Object.keys(process.env))
    if (!allowed.includes(name)) Reflect.deleteProperty(process.env, name);
}

/**
 * Puts the Node that runs this first on the PATH: programs, plugins and policy packs run on it. Not before the engine is
 * looked for, because a CLI may lie beside this Node that the user's own PATH does not have.
 */
export function preferThisNode(): void {
  process.env.PATH = [dirname(process.execPath), process.env.PATH ?? ""].join(delimiter);
}

/** What makes AWS clients speak to the emulator only: dummy credentials, no shared files, no instance metadata. */
export function emulatorEnvironment(endpoint: string, region: string): Record<string, string> {
  const nowhere = process.platform === "win32" ? "NUL" : "/dev/null";
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    // What version 1 of the AWS CLI and boto3 read.
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_CONFIG_FILE: nowhere,
    AWS_SHARED_CREDENTIALS_FILE: nowhere,
    AWS_EC2_METADATA_DISABLED: "true",
  };
}
