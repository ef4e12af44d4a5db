// What Pulumi runs when a program in another language uses these components. Plain JavaScript, so that an old Node can
// still say what it lacks, and without an `await`, because Pulumi loads it with `require`.
if (!process.features.typescript) {
  console.error(
    `The package iam-administrators needs Node 22.18 or later, and ${process.version} is first on PATH.`,
  );
  process.exit(1);
}

void import("./packageHost.ts").then(({ servePackage }) => servePackage());
