import { createInterface } from "node:readline/promises";
import type { Asking } from "../connection/confirm.ts";
import { UsageError } from "../exit-codes.ts";
import { LANGUAGES, LIBRARIES, type Language, type Library, type Project } from "./project.ts";

/** What the command line says. */
export interface InitFlags {
  readonly library?: Library;
  readonly language?: Language;
  readonly yes?: boolean;
  /** False with --no-install. */
  readonly install?: boolean;
}

/** What is to be set up. */
export interface Choices {
  readonly library: Library;
  readonly language: Language;
}

interface Question<T extends string> {
  readonly flag: string;
  readonly text: string;
  readonly answers: readonly [T, ...T[]];
}

const LIBRARY: Question<Library> = { flag: "--library", text: "Which library", answers: LIBRARIES };
const LANGUAGE: Question<Language> = { flag: "--language", text: "Which language", answers: LANGUAGES };

/**
 * Flags first, then what the folder says, then whoever sits at the terminal; with `--yes` the first answer. Where
 * nobody can be asked, an open question is refused.
 */
export async function choose(project: Project, flags: InitFlags, asking: Asking): Promise<Choices> {
  const ask = async <T extends string>(question: Question<T>): Promise<T> => {
    if (flags.yes) return question.answers[0];
    if (asking.input.isTTY && asking.output.isTTY) return answerTo(question, asking);
    throw new UsageError(
      `${question.text}? Say ${question.flag} ${question.answers.join(" or ")}, or --yes for ${question.answers[0]}. ` +
        "Nothing was written.",
    );
  };
  return {
    library: flags.library ?? project.library ?? (await ask(LIBRARY)),
    language: flags.language ?? project.language ?? (await ask(LANGUAGE)),
  };
}

/** Asks until the answer is one of those that there are. Nothing typed is the first of them. */
async function answerTo<T extends string>({ text, answers }: Question<T>, asking: Asking): Promise<T> {
  const lines = createInterface({ input: asking.input, output: asking.output });
  try {
    for (;;) {
      const typed = await lines.question(`${text}? ${answers.join(" or ")} [${answers[0]}] `, {
        signal: asking.signal,
      });
      const answer = typed.trim() === "" ? answers[0] : answers.find((name) => name === typed.trim().toLowerCase());
      if (answer !== undefined) return answer;
    }
  } finally {
    lines.close();
  }
}
