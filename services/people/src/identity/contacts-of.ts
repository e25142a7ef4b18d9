import type { SqlEntityManager } from "@mikro-orm/postgresql";

/** How a person is written to. Asked for when somebody writes, and kept nowhere else. */
export interface Contact {
  personId: string;
  name: string;
  email: string;
}

/** Those of the people who are known, in no order; one SQL. */
export function contactsOf(em: SqlEntityManager, personIds: readonly string[]): Promise<Contact[]> {
  return em.execute<Contact[]>(
    `select id as "personId", name, email from person
     where id = any(array(select jsonb_array_elements_text(?::jsonb))) and email is not null`,
    [JSON.stringify(personIds)],
  );
}
