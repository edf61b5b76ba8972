import { useState } from "preact/hooks";
import { call } from "./call.ts";
import { Dialog } from "./dialog.tsx";
import { asError, Problem } from "./load.tsx";
import type { ShownField, ShownRecord, ShownValue } from "./wire.ts";

/** Changes one field of a record: what was is said beside what will be. */
export function EditDialog({
  record,
  value,
  field,
  onClose,
  onChanged,
}: {
  readonly record: ShownRecord;
  readonly value: ShownValue;
  readonly field: ShownField;
  readonly onClose: () => void;
  readonly onChanged: (text: string) => void;
}) {
  const [text, setText] = useState(value.text ?? "");
  const [none, setNone] = useState(value.text === null);
  const [error, setError] = useState<Error>();
  const save = async (event: Event) => {
    event.preventDefault();
    const { model, id } = record;
    try {
      await call("change", { model, id, field: field.name, was: value.text, text: none ? null : text }, "change");
      onChanged(`Changed: ${field.name}.`);
    } catch (problem) {
      setError(asError(problem));
    }
  };
  return (
    <Dialog title={`Change ${field.name}`} onClose={onClose}>
      <form onSubmit={save}>
        <p>
          Now: <span class="value">{value.text ?? <em>none</em>}</span>. The old value is not kept.
        </p>
        <label>
          New value ({field.kind})
          <Input field={field} text={text} disabled={none} onText={setText} />
        </label>
        {field.nullable && (
          <label class="check">
            <input type="checkbox" checked={none} onChange={(event) => setNone(event.currentTarget.checked)} /> none
          </label>
        )}
        {field.name === "email" && text !== text.toLowerCase() && (
          <p class="hint">Better Auth looks e-mails up in lower case: it would not find this one.</p>
        )}
        {error && <Problem error={error} />}
        <div class="buttons">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="primary">
            Save
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface InputProps {
  readonly field: ShownField;
  readonly text: string;
  readonly disabled: boolean;
  readonly onText: (text: string) => void;
}

function Input({ field, text, disabled, onText }: InputProps) {
  const choices = field.kind === "boolean" ? ["true", "false"] : field.values;
  if (!choices)
    return <input value={text} disabled={disabled} autofocus onInput={(event) => onText(event.currentTarget.value)} />;
  return (
    <select value={text} disabled={disabled} onChange={(event) => onText(event.currentTarget.value)}>
      {!choices.includes(text) && <option value={text}>{text}</option>}
      {choices.map((choice) => (
        <option key={choice} value={choice}>
          {choice}
        </option>
      ))}
    </select>
  );
}
