// Loaded before the program (nodeargs in Pulumi.yaml), by whatever Node is first on PATH: plain JavaScript, so that an
// old one can still say what it lacks.
if (!process.features.typescript) {
  console.error(
    `This program needs Node 22.18 or later, and ${process.version} is first on PATH. ` +
      'Run pulumi on the Node that the project installs: npm exec -c "pulumi up"',
  );
  process.exit(1);
}
