/** What a school has before it or behind it: milestones of its calendar (001, "Calendar Autumn Round school"). */
export enum Occasion {
  Session = "SESSION_1",
  Audit = "AUDIT",
  TargetMark = "TARGET_MARK",
  ActionPlan = "ACTION_PLAN",
  Implementation = "IMPLEMENTATION",
  Submission = "SUBMISSION",
  Notification = "NOTIFICATION",
}

/** Who says it and to whom; what is not known is left out, never guessed. */
export interface Between {
  /** Names of the school's people, as they are written. */
  to: readonly string[];
  from: string | null;
}

/**
 * Words to begin with, ours: "communicate with the Science Subject Leader via the online message facility and encourage
 * them" (001, the hub leader's role). A person reads, changes and sends them; nothing here does.
 */
const words: Readonly<Record<Occasion, string>> = {
  [Occasion.Session]:
    "It was good to begin the year with you. If anything of the first session is still open, ask me here: every school starts somewhere else.",
  [Occasion.Audit]:
    "How is your audit going? It does not have to be perfect: an honest picture of where science stands now is the best start there is. Tell me what surprised you.",
  [Occasion.TargetMark]:
    "You will soon decide on the mark to work for. Each suits another kind of school, and none is above another: shall we talk about which fits what you have found?",
  [Occasion.ActionPlan]:
    "Your action plan is due this month. A few changes that you can really make are worth more than many. If you like, send me a draft before you upload it.",
  [Occasion.Implementation]:
    "You are in the middle of it now. Small things count: a lesson that went differently, a child's question, a colleague who tried something. Keep a note of them, they will be your evidence.",
  [Occasion.Submission]:
    "Your submission is near. Look back at where you began: that way is what your reflections tell. I am glad to read any of them before you hand them in.",
  [Occasion.Notification]:
    "You have handed in a whole year's work. Whatever the outcome says, thank you for what you have done for science in your school: children have it already.",
};

/** The words for an occasion, addressed and signed with first names where they are known. */
export function encouragement(occasion: Occasion, { to, from }: Between): string {
  const names = to.map(firstName);
  const greeting = names.length > 0 ? `Dear ${new Intl.ListFormat("en-GB").format(names)},` : "Hello,";
  return [greeting, words[occasion], ...(from ? [firstName(from)] : [])].join("\n\n");
}

const firstName = (name: string): string => name.trim().split(/\s+/)[0] ?? name;
