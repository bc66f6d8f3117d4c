import { loadClientConnectConfig } from '@temporalio/envconfig';

/** Where Temporal is. */
export interface TemporalServer {
  /** host:port */
  address: string;
  namespace: string;
  /** Null where we do not know it: a real server's Web UI may be anywhere (TEMPORAL_UI_URL says). */
  uiUrl: string | null;
  /** Of npm run stack: nothing of a developer's own configuration (a profile, a key, TLS) is meant for it. */
  embedded: boolean;
}

/**
 * The server that Temporal's own configuration names, by the environment or by its file (temporal.toml), whose fields the environment
 * replaces; null: neither names an address.
 * @throws Error where that configuration cannot be read.
 */
export function configuredTemporal(env: NodeJS.ProcessEnv): TemporalServer | null {
  const { connectionOptions, namespace } = configuration(env);
  const { address } = connectionOptions;
  if (address === undefined) return null;
  return {
    address,
    namespace: namespace ?? 'default',
    uiUrl: env.TEMPORAL_UI_URL || null,
    embedded: false,
  };
}

/** How it is reached. */
export function temporalOptions(
  { address, embedded }: Pick<TemporalServer, 'address' | 'embedded'>,
  env: NodeJS.ProcessEnv,
): ReturnType<typeof loadClientConnectConfig>['connectionOptions'] & { address: string } {
  return embedded ? { address } : { ...configuration(env).connectionOptions, address };
}

/** So that a child finds the server there and nothing that a developer has configured for another one. */
export function environmentOfTemporal({
  address,
  namespace,
  uiUrl,
  embedded,
}: TemporalServer): Record<string, string> {
  return {
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
    ...(uiUrl === null ? {} : { TEMPORAL_UI_URL: uiUrl }),
    ...(embedded ? UNCONFIGURED : {}),
  };
}

/** A file that is not there, and nothing of what the environment may hold for a server of one's own. */
export const UNCONFIGURED = {
  TEMPORAL_CONFIG_FILE: '/nonexistent',
  TEMPORAL_PROFILE: '',
  TEMPORAL_API_KEY: '',
  TEMPORAL_TLS: 'false',
};

function configuration(env: NodeJS.ProcessEnv) {
  // An empty variable is one that is not set.
  const overrideEnvVars = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => !!entry[1]),
  );
  try {
    return loadClientConnectConfig({ overrideEnvVars });
  } catch (error) {
    // Where the file's form is wrong the first line says how; the next ones show the line of the file, which may hold a key.
    // A file without any profile is not foreseen there.
    const why =
      error instanceof TypeError ? 'its file has no profile' : (error as Error).message.split('\n')[0];
    throw new Error(
      `Temporal's configuration cannot be read: ${why}. Look at TEMPORAL_PROFILE, at TEMPORAL_CONFIG_FILE, and at the file (by default temporalio/temporal.toml where your programs keep their configuration)`,
    );
  }
}
