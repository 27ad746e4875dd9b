import type { S3ClientConfig } from "@aws-sdk/client-s3";
import { CliError } from "../cliError";
import { type Bucket, type BucketUrl, isSet } from "./bucket";
import { loadClient } from "./client";

/** A bucket of S3 or of a compatible server, with the credentials that AWS's own tools would use. */
export async function s3Bucket({ bucket, parameters }: BucketUrl): Promise<Bucket> {
  const { GetObjectCommand, NoSuchKey, paginateListObjectsV2, S3Client } = await loadClient(
    "@aws-sdk/client-s3",
    () => import("@aws-sdk/client-s3"),
  );
  const client = new S3Client(s3Settings(parameters));
  return {
    async list(prefix) {
      const names: string[] = [];
      const request = { Bucket: bucket, Prefix: prefix, Delimiter: "/" };
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, request))
        names.push(...Contents.flatMap(({ Key }) => Key ?? []));
      return names;
    },
    async read(name) {
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: name }));
        return await Body?.transformToByteArray();
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
  };
}

/** The client's settings from the parameters of a backend's URL, without the parameters that only concern writing. */
export function s3Settings(parameters: URLSearchParams): S3ClientConfig {
  if (parameters.has("role"))
    throw new CliError(
      "the backend's URL has the parameter role, which pulumi-lvs cannot assume: " +
        "give a profile of ~/.aws/config that has role_arn",
    );
  const [region, profile, endpoint] = ["region", "profile", "endpoint"].map((name) =>
    parameters.get(name),
  );
  const any = (...names: readonly string[]) => names.some((name) => isSet(parameters, name));
  const isPlain = any("disable_https", "disableSSL");
  return {
    ...(region && { region }),
    ...(profile && { profile }),
    ...(endpoint && { endpoint: withScheme(endpoint, isPlain ? "http" : "https") }),
    ...(isPlain && { tls: false }),
    ...(any("use_path_style", "s3ForcePathStyle") && { forcePathStyle: true }),
    ...(any("accelerate") && { useAccelerateEndpoint: true }),
    ...(any("dualstack") && { useDualstackEndpoint: true }),
    ...(any("fips") && { useFipsEndpoint: true }),
    ...(any("anonymous") && { signer: { sign: async (request) => request } }),
    ...(parameters.get("response_checksum_validation") === "when_required" && {
      responseChecksumValidation: "WHEN_REQUIRED",
    }),
  };
}

function withScheme(endpoint: string, scheme: string): string {
  return /^https?:\/\//.test(endpoint) ? endpoint : `${scheme}://${endpoint}`;
}
