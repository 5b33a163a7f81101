/** What went wrong beside the test: nobody's rejection, React's warnings, a logged error. */
export interface ErrorWatch {
  readonly seen: readonly string[];
  /** Ends the watch. Throws if there was anything. */
  end(): void;
}

/** Watches for unhandled rejections and `console.error`, both of which are otherwise easily overlooked. */
export function watchErrors(): ErrorWatch {
  const seen: string[] = [];
  const note = (reason: unknown) => {
    seen.push(`unhandled rejection: ${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}`);
  };
  const logged = console.error;
  console.error = (...words: unknown[]) => {
    seen.push(`console.error: ${words.map(String).join(' ')}`);
  };
  process.on('unhandledRejection', note);
  return {
    seen,
    end() {
      process.off('unhandledRejection', note);
      console.error = logged;
      if (seen.length > 0) throw new Error(seen.join('\n'));
    },
  };
}
