// From labels as the server says them to marks on the pad, and back.

import { MaskLayer } from "../draw/mask.js";
import { Marks } from "../draw/marks.js";
import * as api from "./api.js";

export async function marksOf(labels, task, size, colourOf) {
  const made = labels.map(async ({ category, box, mask }) => {
    const layer = mask && (await MaskLayer.load(api.file(task, mask), ...size, colourOf(category)));
    return Marks.mark(category, { box: layer ? null : box, mask: layer, digest: mask?.digest || null });
  });
  return Promise.all(made);
}

// Masks that were drawn are sent first; one that is as it was proposed is named.
export async function labelsOf(marks, task, position) {
  const labels = [];
  for (const mark of marks) {
    if (!mark.mask) labels.push({ category: mark.category, box: mark.box });
    else if (mark.mask.bounds) {
      mark.digest ??= (await api.sendMask(task, position, await mark.mask.toBlob())).digest;
      labels.push({ category: mark.category, mask: mark.digest });
    }
  }
  return labels;
}

// The same marks once more, so that changing them leaves the originals alone.
export const copies = (marks) => marks.map((mark) => Marks.mark(mark.category, { ...mark, mask: mark.mask?.copy() || null }));
