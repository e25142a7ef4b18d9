/** The people of the demonstration: all invented. Who does what is in demonstration-year.ts. */
export const demoPeople = {
  helen: { email: "helen.hq@psqm.example", name: "Helen Hartley", role: "programme team" },
  felix: { email: "felix.finance@psqm.example", name: "Felix Farrow", role: "finance officer" },
  lena: { email: "lena.leader@psqm.example", name: "Lena Lockwood", role: "hub leader, Humber Science Hub" },
  rafael: {
    email: "rafael.reviewer@psqm.example",
    name: "Rafael Reyes",
    role: "hub leader, Thames Valley Science Hub; reviews for other hubs",
  },
  mina: { email: "mina.mentor@psqm.example", name: "Mina Marsh", role: "mentor, Humber Science Hub" },
  sam: { email: "sam.subject@psqm.example", name: "Sam Sutton", role: "subject leader, Wolds Edge Primary School" },
  tess: {
    email: "tess.second@psqm.example",
    name: "Tess Thornton",
    role: "second participant, Wolds Edge Primary School",
  },
  harriet: {
    email: "harriet.head@psqm.example",
    name: "Harriet Holme",
    role: "head teacher, Wolds Edge Primary School",
  },
  anna: { email: "anna.other@psqm.example", name: "Anna Abara", role: "subject leader, Chalk Stream Primary School" },
  henry: {
    email: "henry.otherhead@psqm.example",
    name: "Henry Okafor",
    role: "head teacher, Chalk Stream Primary School",
  },
  carl: { email: "carl.candidate@psqm.example", name: "Carl Castle", role: "candidate for hub leader" },
} as const;

export type DemoPerson = keyof typeof demoPeople;
