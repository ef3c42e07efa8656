import { Client, Connection } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type { TLSConfig } from '@temporalio/common/lib/internal-non-workflow';

import { keyRing, oneOf, text, type Env, type NamedKey } from '../config/env';
import { EncryptionCodec, type CodecOptions } from './codec';
import { readTls } from './tls';

export type TemporalConfig = {
  readonly address: string;
  readonly namespace: string;
  readonly codecKeys: readonly [NamedKey, ...NamedKey[]];
  /** Payloads made before they were bound to their workflow (codec.ts): taken unless false. */
  readonly acceptUnbound?: boolean;
  /** Mutual TLS (tls.ts); plain without. */
  readonly tls?: TLSConfig;
};

export function temporalConfig(env: Env): TemporalConfig {
  const tls = readTls(env);
  return {
    ...(tls && { tls }),
    address: text(env, 'TEMPORAL_ADDRESS'),
    namespace: text(env, 'TEMPORAL_NAMESPACE', 'default'),
    codecKeys: keyRing(env, 'GAMMA_CODEC_KEYS'),
    acceptUnbound: oneOf(env, 'GAMMA_CODEC_UNBOUND', ['accept', 'refuse'], 'accept') === 'accept',
  };
}

export function dataConverter(
  { codecKeys, acceptUnbound = true }: TemporalConfig,
  foreign: CodecOptions['foreign'],
): DataConverter {
  return {
    payloadCodecs: [new EncryptionCodec(codecKeys, { foreign, acceptUnbound })],
    failureConverterPath: require.resolve('./failureConverter'),
  };
}

/** Left to itself gRPC waits up to two minutes between tries, so long would work lie still after Temporal is back. */
const RECONNECT = {
  'grpc.initial_reconnect_backoff_ms': 500,
  'grpc.max_reconnect_backoff_ms': 5_000,
};

/** Connects on first use: the API starts and takes postbacks while Temporal is away. */
export function createTemporalClient(config: TemporalConfig): Client {
  return new Client({
    connection: Connection.lazy({
      address: config.address,
      connectTimeout: '5s',
      channelArgs: RECONNECT,
      ...(config.tls && { tls: config.tls }),
    }),
    namespace: config.namespace,
    dataConverter: dataConverter(config, 'throw'),
  });
}
