// One colour a category, told apart also beside each other.

const HUES = [168, 28, 262, 340, 205, 52, 120, 300, 12, 230];

export const colours = (categories) => (category) => {
  const place = Math.max(categories.indexOf(category), 0);
  return `hsl(${HUES[place % HUES.length]} 78% ${place < HUES.length ? 42 : 60}%)`;
};
