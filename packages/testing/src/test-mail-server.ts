import type { AddressInfo } from "node:net";
import { type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";

export interface TestMailServer {
  /** As SMTP_URL. */
  url: string;
  port: number;
  /** What it took, as a reader's program would read it. */
  mails: ParsedMail[];
  close(): Promise<void>;
}

export interface TestMailServerOptions {
  port?: number;
  /** Asked with each mail once it was read and before it is answered; throws to refuse it, with `responseCode`. */
  onMail?(mail: ParsedMail): Promise<void> | void;
}

/** A real SMTP server on loopback that delivers to an array. */
export async function startTestMailServer({ port = 0, onMail }: TestMailServerOptions = {}): Promise<TestMailServer> {
  const mails: ParsedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    logger: false,
    closeTimeout: 100,
    onData(stream, _session, answer) {
      const take = async () => {
        const mail = await simpleParser(stream);
        await onMail?.(mail);
        mails.push(mail);
      };
      take().then(() => answer(), answer);
    },
  });
  // A client that is killed while it talks.
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const { port: given } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${given}`,
    port: given,
    mails,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** A mail server's "no". */
export function smtpRefusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
