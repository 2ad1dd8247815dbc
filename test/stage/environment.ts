// Variables of the environment for code that runs in the process of a test.

/**
 * Runs with variables set, and puts back what was there: files of tests share a process, and a server that a later file
 * starts would refuse a variable that is no setting of it.
 */
export async function withEnvironment<T>(
  variables: Readonly<Record<string, string>>,
  run: () => Promise<T>,
): Promise<T> {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  try {
    return await run();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
