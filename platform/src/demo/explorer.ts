import type { GatewayConfig } from "@psqm/gateway/configuration";
import { type DemoPerson, demoPeople } from "./demo-people.ts";

type Example = { name: string; query: string; variables?: Record<string, unknown> };

const whoAmI: Example = {
  name: "Who am I?",
  query: `query WhoAmI {
  viewer {
    person { name email }
    roles
    schools { role school { name } }
    hubsLed { name }
    hubsMentored { name }
  }
}`,
};

const ourYear: Example = {
  name: "My school's years",
  query: `query OurYears {
  viewer {
    schools {
      school {
        name
        pupils
        enrolments {
          state
          round { number milestones { audience name from until } }
          hub { name leaders { name } }
          assessment { state targetMark missingCriteria reflections { criterion version updatedAt } award { mark validUntil } }
          conversation { lastSequence messages(first: 50) { nodes { sequence sender { name } text sentAt } } }
          invoice { number state totalPence outstandingPence lines { description amountPence citation } }
        }
      }
    }
  }
}`,
};

const conversations: Example = {
  name: "My conversations",
  query: `query Conversations {
  conversations(first: 20) {
    nodes { id school { name } lastSequence messages(first: 20) { nodes { sequence sender { name } text } } }
  }
}`,
};

const follow: Example = {
  name: "Follow a conversation (put in its id)",
  query: `subscription Follow($conversationId: ID!) {
  messageReceived(conversationId: $conversationId, after: 0) {
    sequence
    text
    sender { name }
    conversation { school { name } }
  }
}`,
  variables: { conversationId: "con_" },
};

const write: Example = {
  name: "Write a message (put in the conversation's id)",
  query: `mutation Write($conversationId: ID!) {
  sendMessage(input: { conversationId: $conversationId, text: "Good morning!", clientKey: "explorer-1" }) {
    sequence
    sentAt
  }
}`,
  variables: { conversationId: "con_" },
};

const hubs: Example = {
  name: "My hub's schools",
  query: `query MyHubs {
  viewer {
    hubsLed { ...hub }
    hubsMentored { ...hub }
  }
}

fragment hub on Hub {
  name
  enrolments(first: 20) {
    nodes { state school { name pupils } assessment { state targetMark missingCriteria } }
  }
}`,
};

const toReview: Example = {
  name: "Submissions that I review",
  query: `query ToReview {
  submissionsToReview(first: 20) { nodes { id mark submittedAt reflections { criterion text } } }
}`,
};

const overview: Example = {
  name: "Rounds, hubs, schools",
  query: `query Overview {
  rounds(first: 5) { nodes { number pattern year state rules { name version citation } } }
  hubs(first: 10) { nodes { name area capacity placesTaken leaders { name } } }
  enrolments(first: 20) { nodes { state school { name localAuthority pupils } hub { name } round { number } } }
}`,
};

const candidates: Example = {
  name: "Candidates",
  query: `query Candidates { candidacies(first: 20) { nodes { kind state statement } } }`,
};

const money: Example = {
  name: "Invoices and earnings",
  query: `query Money {
  invoices(first: 20) {
    nodes { number payer payerName state totalPence outstandingPence school { name } payments { amountPence reference receivedOn } }
  }
  earnings(first: 20) { nodes { person { name } kind amountPence rule citation } }
  feeSchedules { version fullPence smallPence smallBelowPupils citation }
}`,
};

const candidacy: Example = {
  name: "My candidacy",
  query: `query MyCandidacy { myCandidacies(first: 5) { nodes { kind state statement } } }`,
};

const open: Example[] = [
  {
    name: "Hubs and awards, for everybody",
    query: `query Public {
  hubs(first: 10) { nodes { name kind area } }
  awards(first: 10) { nodes { mark schoolName localAuthority awardedOn validUntil } }
}`,
  },
  {
    name: "The framework",
    query: `query Framework { framework { version citation aims { title criteria { code title marks } } } }`,
  },
];

const examples: Record<DemoPerson, Example[]> = {
  helen: [whoAmI, overview, candidates],
  felix: [whoAmI, money],
  lena: [whoAmI, hubs, conversations, follow, write],
  rafael: [whoAmI, hubs, toReview, conversations, follow, write],
  mina: [whoAmI, hubs, conversations, follow, write],
  sam: [whoAmI, ourYear, conversations, follow, write],
  tess: [whoAmI, ourYear, conversations, follow, write],
  harriet: [whoAmI, ourYear],
  anna: [whoAmI, ourYear, conversations, follow, write],
  henry: [whoAmI, ourYear],
  carl: [whoAmI, candidacy],
};

/** What the explorer offers whom. */
export const explorerPages = {
  title: "PSQM Graph",
  people: Object.entries(demoPeople).map(([key, person]) => ({ ...person, examples: examples[key as DemoPerson] })),
  examples: open,
} satisfies GatewayConfig["explorer"];
