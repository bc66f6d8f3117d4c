import { connect, isIP } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { type TemporalServer, temporalOptions } from './temporal-server';

/** Why a part does not work, and what to do about just that. */
export class RemediedError extends Error {
  constructor(
    message: string,
    readonly remedy: string,
  ) {
    super(message);
  }
}

const CONNECT_MILLISECONDS = 5_000;
const PROBE_MILLISECONDS = 3_000;

/**
 * Whether Temporal is there and has the namespace. Takes 8 s at most.
 * @throws RemediedError, or what the network says.
 */
export async function askTemporal(temporal: TemporalServer, env: NodeJS.ProcessEnv): Promise<void> {
  const options = temporalOptions(temporal, env);
  await dial(temporal.address); // says at once what the client says after 5 s
  // Takes 0.3 s to load, which a look-up of a customer does not need.
  const { Connection } = require('@temporalio/client') as typeof import('@temporalio/client');
  const connection = await Connection.connect({ ...options, connectTimeout: CONNECT_MILLISECONDS }).catch(
    async (error: Error) => {
      throw whyRefused(error) ?? (await whyNoConversation(temporal.address, options.tls));
    },
  );
  try {
    await connection.workflowService.describeNamespace({ namespace: temporal.namespace });
  } catch (error) {
    if ((error as GrpcError).code === NOT_FOUND)
      throw new RemediedError(
        `it has no namespace ${temporal.namespace}`,
        'Set TEMPORAL_NAMESPACE to one that it has, or make this one there',
      );
    throw whyRefused(error as Error) ?? error;
  } finally {
    await connection.close();
  }
}

interface GrpcError {
  code?: number;
}

/** Status codes of gRPC. */
const [NOT_FOUND, PERMISSION_DENIED, UNAUTHENTICATED] = [5, 7, 16];

function whyRefused(error: Error & GrpcError): RemediedError | null {
  if (error.code !== PERMISSION_DENIED && error.code !== UNAUTHENTICATED) return null;
  return new RemediedError(
    'it refuses this login',
    "Look at TEMPORAL_API_KEY, or the client's certificate (TEMPORAL_TLS_CLIENT_CERT_PATH, TEMPORAL_TLS_CLIENT_KEY_PATH), and at TEMPORAL_NAMESPACE",
  );
}

/** The port answers, and no conversation came about: the client says only that its time is over. */
async function whyNoConversation(
  address: string,
  tls: ReturnType<typeof temporalOptions>['tls'],
): Promise<RemediedError> {
  const { answers, refusal } = await probeTls(address, tls);
  if (!tls && answers)
    return new RemediedError(
      'it speaks TLS, and none is asked for',
      'Set TEMPORAL_TLS=true, and for a private CA TEMPORAL_TLS_SERVER_CA_CERT_PATH',
    );
  if (tls && !answers)
    return new RemediedError(
      'TLS is asked for, and it speaks none',
      'Set TEMPORAL_TLS=false if the network between is trusted. An API key asks for TLS, too',
    );
  if (tls && refusal !== null)
    return new RemediedError(
      `its certificate is not accepted (${refusal})`,
      'Name its CA in TEMPORAL_TLS_SERVER_CA_CERT_PATH, and in TEMPORAL_TLS_SERVER_NAME the host that the certificate names',
    );
  return new RemediedError(
    'something answers there, but not as Temporal does',
    "Is it the port of Temporal's frontend (7233 by default), not of its Web UI? A frontend that wants a client's certificate gets it by TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH",
  );
}

/** Whether the other side speaks TLS at all, and why its certificate is none for us. Nothing is sent to it. */
function probeTls(
  address: string,
  tls: ReturnType<typeof temporalOptions>['tls'],
): Promise<{ answers: boolean; refusal: string | null }> {
  const { hostname, port } = hostAndPort(address);
  const given = typeof tls === 'object' && tls !== null ? tls : {};
  const ca = given.serverRootCACertificate;
  return new Promise((resolve) => {
    const socket: TLSSocket = connectTls({
      ...{ host: hostname, port, rejectUnauthorized: false, ALPNProtocols: ['h2'] },
      ...(ca ? { ca: Buffer.from(ca) } : {}),
      // Of an address there is no name to ask for.
      servername: given.serverNameOverride ?? (isIP(hostname) === 0 ? hostname : ''),
    });
    const none = () => {
      socket.destroy();
      resolve({ answers: false, refusal: null });
    };
    socket.setTimeout(PROBE_MILLISECONDS, none);
    socket.once('error', none);
    socket.once('secureConnect', () => {
      const refusal = socket.authorized ? null : String(socket.authorizationError);
      socket.destroy();
      resolve({ answers: true, refusal });
    });
  });
}

function dial(address: string): Promise<void> {
  const { hostname, port } = hostAndPort(address);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
  });
}

function hostAndPort(address: string) {
  const { hostname, port } = new URL(`tcp://${address}`);
  return { hostname: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || 7233 };
}
