import type { Counts } from "./wire.ts";
import { counted } from "./words.ts";

const SHOWN = 30;
const HEIGHT = 80;
const WIDTH = 20;
const DAY_MS = 86_400_000;

/** Sessions by day, the last thirty that there are. */
export function Days({ sessions }: { readonly sessions: Counts["sessions"] }) {
  const last = sessions.days.at(-1);
  if (!last) return null;
  const counts = new Map(sessions.days.map(({ day, count }) => [day, count]));
  // Days without any are days, too.
  const days = Array.from({ length: SHOWN }, (_, i) => {
    const day = new Date(Date.parse(last.day) - (SHOWN - 1 - i) * DAY_MS).toISOString().slice(0, 10);
    return { day, count: counts.get(day) ?? 0 };
  });
  const highest = Math.max(...days.map(({ count }) => count), 1);
  const total = days.reduce((sum, { count }) => sum + count, 0);
  return (
    <section aria-label="Sessions by day">
      <h2>
        Sessions by day <small>of {sessions.field}</small>
      </h2>
      <svg
        class="days"
        viewBox={`0 0 ${SHOWN * WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`${counted(total, "session")} in ${SHOWN} days, at most ${highest} a day`}
      >
        {days.map(({ day, count }, i) => (
          <rect
            key={day}
            x={i * WIDTH + 2}
            width={WIDTH - 4}
            y={HEIGHT - (count / highest) * HEIGHT}
            height={(count / highest) * HEIGHT}
          >
            <title>
              {day}: {counted(count, "session")}
            </title>
          </rect>
        ))}
      </svg>
      <p class="ends">
        <span>{days[0]?.day}</span>
        <span>at most {highest} a day</span>
        <span>{last.day}</span>
      </p>
    </section>
  );
}
