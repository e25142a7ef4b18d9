import type { MigrationObject } from "@mikro-orm/core";
import { Migration } from "@mikro-orm/migrations";

/**
 * A forward-only step of a service's schema, written in SQL. Unqualified names land in the service's own schema.
 * @param name sorts the steps, e.g. `0002-hub-capacity`
 */
export function sqlMigration(name: string, sql: string): MigrationObject {
  return {
    name,
    class: class extends Migration {
      override up(): void {
        this.addSql(sql);
      }
    },
  };
}
