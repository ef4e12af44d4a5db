/** What a package.json says of a package that is published. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly keywords: readonly string[];
  readonly homepage: string;
  readonly repository: { readonly type: string; readonly url: string; readonly directory?: string };
}

/** What the project's package.json decides for the packages in its folders: `repository` is `github:OWNER/REPO`. */
export interface ProjectManifest {
  readonly version: string;
  readonly license: string;
  readonly repository: string;
}

/** The package.json of a package in a folder of the project, with what the project's own decides. */
export function publishedManifest<Own extends Manifest>(
  own: Own,
  { version, license, repository }: ProjectManifest,
  directory: string,
): Own {
  const url = repositoryUrl(repository);
  return {
    ...own,
    ...{ version, license, homepage: `${url}/tree/main/${directory}#readme` },
    repository: { type: "git", url: `git+${url}.git`, directory },
  };
}

/** A text with the repository in it, where it says how to fetch the components, or imports them in Go. */
export function withRepository(text: string, repository: string): string {
  const address = repositoryUrl(repository).replace("https://", "");
  return text.replaceAll(/github\.com\/[\w.-]+\/[\w.-]+(?=\/(?:components@|sdk\/go))/g, address);
}

function repositoryUrl(repository: string): string {
  return repository.replace(/^github:/, "https://github.com/");
}
