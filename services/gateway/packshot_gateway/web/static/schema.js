// Reads JSON Schemas as pydantic writes them: what a value may be, and what it is unless said otherwise.

// The schema that `$ref` and a lone `allOf` stand for, with what is said beside them.
export function resolve(schema, root) {
  if (schema.$ref) {
    const found = schema.$ref.split("/").slice(1).reduce((part, key) => part?.[key], root);
    const { $ref, ...beside } = schema;
    return resolve({ ...found, ...beside }, root);
  }
  if (schema.allOf?.length === 1) {
    const { allOf, ...beside } = schema;
    return resolve({ ...allOf[0], ...beside }, root);
  }
  return schema;
}

// The kinds of value that a schema allows beside null, and whether null is one.
export function variants(schema, root) {
  const several = (schema.anyOf || schema.oneOf || [schema]).map((each) => resolve(each, root));
  const kinds = several.filter((each) => each.type !== "null");
  const words = kinds.map((each) => each.enum || ("const" in each ? [each.const] : null));
  // Kinds that are lists of words are one list.
  const merged = kinds.length > 1 && words.every(Boolean) ? [{ enum: words.flat() }] : kinds;
  return { kinds: merged, optional: several.some((each) => each.type === "null") };
}

// The bounds of a number that a control can be given: a step inside exclusive ones.
export function bounds(schema) {
  const whole = schema.type === "integer";
  const low = schema.minimum ?? schema.exclusiveMinimum;
  const high = schema.maximum ?? schema.exclusiveMaximum;
  const span = low !== undefined && high !== undefined ? high - low : 1;
  const step = schema.multipleOf ?? (whole ? 1 : 10 ** Math.floor(Math.log10(span || 1) - 1.99));
  const min = schema.minimum === undefined && low !== undefined ? low + step : low;
  const max = schema.maximum === undefined && high !== undefined ? high - step : high;
  return { min, max, step: Number(step.toPrecision(6)), whole };
}

const HEX = /^#[0-9a-f]{6}$/i;

// Whether a text is a colour: its pattern takes exactly six hexadecimal digits.
export function isColour(schema) {
  if (schema.format === "color") return true;
  if (!schema.pattern) return false;
  try {
    const pattern = new RegExp(schema.pattern);
    return pattern.test("#12ab9f") && !pattern.test("12ab9f") && !pattern.test("word") && (schema.default === undefined || HEX.test(schema.default));
  } catch {
    return false;
  }
}

// What a value of this schema is before anybody has said anything.
export function initial(schema, root) {
  const whole = resolve(schema, root);
  if (whole.default !== undefined) return whole.default;
  const { kinds, optional } = variants(whole, root);
  if (optional) return null;
  const kind = kinds[0] || {};
  if ("const" in kind) return kind.const;
  if (kind.enum) return kind.enum[0];
  if (kind.type === "object")
    return Object.fromEntries(Object.entries(kind.properties || {}).map(([name, each]) => [name, initial(each, root)]));
  if (kind.type === "array") return Array.from({ length: kind.minItems || 0 }, (_, index) => initial(itemOf(kind, index), root));
  if (kind.type === "boolean") return false;
  if (kind.type === "integer" || kind.type === "number") return bounds(kind).min ?? 0;
  return kind.type === "string" ? (isColour(kind) ? "#ffffff" : "") : null;
}

export const itemOf = (schema, index) => schema.prefixItems?.[index] || schema.items || {};

export const equal = (one, other) => JSON.stringify(one) === JSON.stringify(other);
