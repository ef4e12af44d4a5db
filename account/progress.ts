/** Milliseconds between two lines where nobody watches. */
const EVERY = 10_000;

/** Shows how far a reading is: in place on a terminal, else a line every ten seconds. */
export function showProgress(stream: NodeJS.WriteStream, every = EVERY) {
  let text = "reading the account";
  const timer = stream.isTTY ? undefined : setInterval(() => stream.write(`${text} ...\n`), every);
  return {
    progress: (done: number, total: number): void => {
      text = `${done} of ${total} users`;
      if (stream.isTTY) stream.write(`\r${text}${done < total ? "" : "\n"}`);
    },
    end: (): void => {
      clearInterval(timer);
    },
  };
}
