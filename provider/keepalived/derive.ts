import { readValue } from "../ipvs/virtualServicePart";
import type { Part } from "../values/part";
import type { HealthCheck } from "./healthCheck";
import { renderHealthCheck } from "./render";

/** The parts, with one more part for the health check of each virtual service that has one. */
export function withHealthChecks(parts: readonly Part[]): Part[] {
  const services = parts.filter(({ type }) => type === "virtualService");
  const others = parts.filter(({ type }) => type !== "healthCheck");
  return [...others, ...services.flatMap(({ id, value }) => healthCheckPart(id, value))];
}

function healthCheckPart(id: string, value: string): Part[] {
  const { service, healthCheck } = readValue(value);
  if (healthCheck === undefined) return [];
  const check = JSON.parse(healthCheck) as HealthCheck;
  return [{ type: "healthCheck", id, value: renderHealthCheck(service, check), shared: false }];
}
