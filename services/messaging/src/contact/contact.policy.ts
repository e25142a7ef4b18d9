import { hasRole, Role, supportedHubIds, type Viewer } from "@psqm/identity/viewer";

/** Who sees how school and hub keep in touch: the leaders and mentors of the hub, and the programme team. */
export function mayOverseeContactSql(viewer: Viewer): { sql: string; values: string[] } {
  if (hasRole(viewer, Role.ProgrammeTeam)) return { sql: "true", values: [] };
  return {
    sql: "conversation.hub_id = any(array(select jsonb_array_elements_text(?::jsonb)))",
    values: [JSON.stringify(supportedHubIds(viewer))],
  };
}
