import { DefaultLogger, type LogContext } from "@mikro-orm/core";
import { currentTrace } from "@psqm/tracing/current-trace";

/**
 * MikroORM's logger, which hears of every statement when it is done, with placeholders where its values were: each becomes
 * a span of the trace within which it ran. (Attributes as OpenTelemetry's conventions for databases name them.)
 */
export class TracedLogger extends DefaultLogger {
  override logQuery(context: { query: string } & LogContext): void {
    const { query, took = 0, level } = context;
    const operation = /^\s*(\w+)/.exec(query)?.[1]?.toUpperCase() ?? "SQL";
    currentTrace()?.past(
      operation,
      took,
      { "db.system.name": "postgresql", "db.operation.name": operation, "db.query.text": query },
      level === "error",
    );
    super.logQuery(context);
  }
}
