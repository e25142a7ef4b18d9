import "./workers.ts";
import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { createGraphiQLFetcher, type Fetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { Kind, parse } from "graphql";
import { type ReactNode, type RefObject, useEffect, useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import { type DemoPerson, type Example, type Settings, SignIn } from "./sign-in.ts";

/** Lets the bar above reach into the editors below. */
type OpenExample = (example: Example) => void;

const WELCOME = `# Write an operation here and press Ctrl-Enter.
# The book on the left documents the whole graph.

{
  __typename
}
`;

/** Asks as whoever is signed in; a header written into the Headers tab wins. */
function fetcherFor(settings: Settings, signIn: SignIn): Fetcher {
  return createGraphiQLFetcher({
    url: settings.path,
    enableIncrementalDelivery: false,
    fetch: (input, init) =>
      fetch(input, { ...init, headers: { ...signIn.headers, ...(init?.headers as Record<string, string>) } }),
    // The client changes with the person; this stays.
    wsClient: {
      subscribe: (...args: Parameters<SignIn["client"]["subscribe"]>) => signIn.client.subscribe(...args),
    } as SignIn["client"],
  });
}

function EditorAccess({ opener }: { opener: RefObject<OpenExample | null> }): ReactNode {
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const { addTab, setOperationFacts } = useGraphiQLActions();
  useEffect(() => {
    opener.current = ({ query, variables }) => {
      const current = queryEditor?.getValue().trim() ?? "";
      if (current !== "" && current !== WELCOME.trim()) addTab();
      queryEditor?.setValue(`${query.trim()}\n`);
      variableEditor?.setValue(variables ? JSON.stringify(variables, null, 2) : "");
      // The editor reads its text only after a pause; who runs the example at once would run what stood there before.
      const documentAST = parse(query);
      const operations = documentAST.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
      const operationName = operations[0]?.name?.value;
      setOperationFacts({ documentAST, operations, ...(operationName && { operationName }) });
      queryEditor?.focus();
    };
  }, [opener, queryEditor, variableEditor, addTab, setOperationFacts]);
  return null;
}

interface ExplorerProps {
  settings: Settings;
  people: DemoPerson[];
  signIn: SignIn;
  /** Whose part was taken before the page was loaded. */
  arrivedAs: string;
  until: Date | null;
}

function Explorer({ settings, people, signIn, arrivedAs, until }: ExplorerProps): ReactNode {
  const [fetcher] = useState(() => fetcherFor(settings, signIn));
  const [email, setEmail] = useState(arrivedAs);
  const [note, setNote] = useState({ text: signedInUntil(until), wrong: false });
  const opener = useRef<OpenExample | null>(null);

  async function become(wanted: string): Promise<void> {
    setNote({ text: "Signing in …", wrong: false });
    try {
      const expiresAt = await signIn.as(wanted);
      setEmail(wanted);
      setNote({ text: signedInUntil(expiresAt), wrong: false });
    } catch (error) {
      setNote({ text: (error as Error).message, wrong: true });
    }
  }

  const examples = people.find((person) => person.email === email)?.examples ?? settings.examples;
  return (
    <>
      <header className="bar">
        <h1>
          <img src="/explorer/icon.svg" alt="" />
          {settings.title}
        </h1>
        {examples.length > 0 && (
          <label>
            Examples
            <select
              id="examples"
              value=""
              onChange={({ target }) => {
                const example = examples[Number(target.value)];
                if (example) opener.current?.(example);
              }}
            >
              <option value="" disabled>
                Choose one to open it …
              </option>
              {examples.map(({ name }, index) => (
                <option key={name} value={index}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
        {settings.signIn && (
          <>
            <label>
              You are
              <select id="person" value={email} onChange={({ target }) => void become(target.value)}>
                <option value="">nobody in particular</option>
                {people.map((person) => (
                  <option key={person.email} value={person.email}>
                    {person.name} · {person.role}
                  </option>
                ))}
              </select>
            </label>
            <output className={note.wrong ? "wrong" : ""}>{note.text}</output>
            {email && (
              <button
                type="button"
                title="For curl and other clients"
                onClick={() => void navigator.clipboard.writeText(signIn.token ?? "")}
              >
                Copy token
              </button>
            )}
          </>
        )}
      </header>
      <main className="graph">
        <GraphiQL
          fetcher={fetcher}
          defaultQuery={WELCOME}
          defaultEditorToolsVisibility="variables"
          inputValueDeprecation
          schemaDescription
        >
          <GraphiQL.Logo>
            <span />
          </GraphiQL.Logo>
          <GraphiQL.Toolbar>
            {({ prettify, merge, copy }) => (
              <>
                {prettify}
                {merge}
                {copy}
                <EditorAccess opener={opener} />
              </>
            )}
          </GraphiQL.Toolbar>
        </GraphiQL>
      </main>
    </>
  );
}

function signedInUntil(time: Date | null): string {
  return time
    ? `Signed in until ${time.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}`
    : "Not signed in";
}

async function start(): Promise<void> {
  const root = document.getElementById("root");
  if (!root) return;
  try {
    const settings: Settings = await (await fetch("/explorer/settings.json")).json();
    const { people }: { people: DemoPerson[] } = settings.signIn
      ? await (await fetch("/auth/demo-people")).json()
      : { people: [] };
    document.title = settings.title;
    const signIn = new SignIn(settings.path);
    const remembered = people.find(({ email }) => email === SignIn.remembered)?.email ?? "";
    const until = remembered ? await signIn.as(remembered).catch(() => null) : null;
    const arrivedAs = until ? remembered : "";
    createRoot(root).render(<Explorer {...{ settings, people, signIn, arrivedAs, until }} />);
  } catch (error) {
    root.innerHTML = "";
    const sentence = document.createElement("p");
    sentence.className = "failed";
    sentence.textContent = `The explorer could not start: ${(error as Error).message}. Reload the page.`;
    root.append(sentence);
  }
}

void start();
