import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/**
 * Makes a folder for one run, private to the user: it holds the run's state. Folders that killed runs left behind go
 * first.
 *
 * @param sandboxDir - `.sandbox` of the project
 * @param stack - name of the stack
 * @returns the new folder's path
 */
export async function makeRunFolder(sandboxDir: string, stack: string): Promise<string> {
  const runs = join(sandboxDir, "runs");
  await mkdir(runs, { recursive: true, mode: 0o700 });
  for (const name of await readdir(runs)) {
    const pid = Number(/-(\d+)$/.exec(name)?.[1]);
    if (!isRunning(pid)) await rm(join(runs, name), { recursive: true, force: true });
  }
  const folder = join(runs, `${stack}-${process.pid}`);
  await mkdir(join(folder, "state"), { recursive: true, mode: 0o700 });
  return folder;
}

function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
