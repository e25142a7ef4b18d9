import { newId } from "@psqm/database/id";
import { type Caller, type Transaction, transact } from "@psqm/events/transact";
import { Refusal } from "@psqm/refusal/refusal";
import { announceNewcomer } from "../identity/announce-viewer.ts";
import { emailAddress, personName } from "./person.rules.ts";
import { Person } from "./person.ts";

export class EmailTaken extends Refusal {
  constructor(email: string) {
    super(
      "EMAIL_TAKEN",
      `Somebody with the e-mail address ${email} is already known. Use that person, or another address.`,
    );
  }
}

export interface NewPerson {
  name: string;
  email: string;
}

/**
 * Makes somebody known to the programme.
 * @throws BadInput for a name or address that cannot be one
 * @throws EmailTaken when the address, in whatever case, belongs to somebody
 */
export async function createPerson(caller: Caller, input: NewPerson): Promise<Person> {
  const id = newId("per");
  const name = personName(input.name);
  const email = emailAddress(input.email);
  return transact(caller, "createPerson", id, async (tx) => {
    if (!(await insertPerson(tx, { id, name, email }))) throw new EmailTaken(email);
    return tx.em.findOneOrFail(Person, { id });
  });
}

/** The person with this e-mail address, whose name then stays as it is; somebody new when there is none. */
export async function findOrCreatePerson(tx: Transaction, input: NewPerson): Promise<Person> {
  const name = personName(input.name);
  const email = emailAddress(input.email);
  await insertPerson(tx, { id: newId("per"), name, email });
  return tx.em.findOneOrFail(Person, { email });
}

/** Waits for whoever is adding the same address just now; false when it is taken. */
async function insertPerson(tx: Transaction, person: { id: string } & NewPerson): Promise<boolean> {
  const { affectedRows } = await tx.em.execute<{ affectedRows: number }>(
    "insert into person (id, name, email, created_at) values (?, ?, ?, ?) on conflict (email) do nothing",
    [person.id, person.name, person.email, tx.now],
    "run",
  );
  if (affectedRows === 0) return false;
  await announceNewcomer(tx, person.email);
  return true;
}
