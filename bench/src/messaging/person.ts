import { operationText, signViewer, VIEWER_EXTENSION, VIEWER_HEADER } from "@psqm/identity/signing";
import { anonymous, Role, type Viewer } from "@psqm/identity/viewer";
import { SIGNING_SECRET } from "./messaging-process.ts";

/** The four who talk in a conversation of a school and its hub. */
export const peopleOf = (n: number): Viewer[] => [
  inSchool(n, Role.SubjectLeader),
  inSchool(n, Role.SecondParticipant),
  { ...someone(n, "leader"), roles: [Role.HubLeader], hubsLed: [`hub_${n}`] },
  { ...someone(n, "mentor"), roles: [Role.Mentor], hubsMentored: [`hub_${n}`] },
];

const someone = (n: number, part: string): Viewer => ({ ...anonymous, kind: "person", personId: `per_${part}_${n}` });

const inSchool = (n: number, role: Role): Viewer => ({
  ...someone(n, role),
  roles: [role],
  schools: [{ schoolId: `sch_${n}`, role }],
});

const sign = (viewer: Viewer, body: string) => signViewer(SIGNING_SECRET, { audience: "messaging", viewer, body });

const MUTATION = "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { sequence } }";

/** Sends a message as the gateway would; gives its sequence. */
export async function send(url: string, viewer: Viewer, conversationId: string, text: string): Promise<number> {
  const variables = { input: { conversationId, text, clientKey: text } };
  const body = JSON.stringify({ query: MUTATION, variables });
  const headers = { "content-type": "application/json", [VIEWER_HEADER]: await sign(viewer, body) };
  const response = await fetch(url, { method: "POST", headers, body });
  const answer = (await response.json()) as { data?: { sendMessage: { sequence: number } } };
  if (!answer.data) throw new Error(`A message was not taken: ${JSON.stringify(answer)}`);
  return answer.data.sendMessage.sequence;
}

export interface Connected {
  leave(): void;
}

const SUBSCRIPTION = "subscription { inbox { cursor message { text sequence sender { id } } } }";

/** Follows a person's inbox over a socket; settles when the service has taken the subscription's socket. */
export async function connect(
  url: string,
  viewer: Viewer,
  onMessage: (message: { text: string; sequence: number }) => void,
  onFault: (said: string) => void,
): Promise<Connected> {
  const operation = { query: SUBSCRIPTION };
  const extensions = { [VIEWER_EXTENSION]: await sign(viewer, operationText(operation)) };
  const socket = new WebSocket(url.replace("http", "ws"), "graphql-transport-ws");
  await new Promise<void>((resolve, reject) => {
    socket.onerror = () => reject(new Error("A socket could not be opened."));
    socket.onopen = () => socket.send('{"type":"connection_init"}');
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(data as string);
      if (frame.type === "connection_ack") {
        socket.send(JSON.stringify({ id: "1", type: "subscribe", payload: { ...operation, extensions } }));
        resolve();
      } else if (frame.type === "ping") socket.send('{"type":"pong"}');
      else if (frame.type === "next" && frame.payload.data) onMessage(frame.payload.data.inbox.message);
      else onFault(String(data));
    };
  });
  return { leave: () => socket.close() };
}
