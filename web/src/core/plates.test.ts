import { expect, test } from "vitest";
import { PLATE_LETTERS, parsePlate, plateClass, platesIn, storedPlate, writtenPlate } from "./plates";

const PLATE = { first: "24", letter: "ب", digits: "357", region: "14" };

test.each(["24ب357-14", "۲۴ ب ۳۵۷ | ایران ۱۴", "٢٤ ب ٣٥٧ ١٤", "24 ب 357 - IR 14", "\u206624ب357-14\u2069"])(
  "%s is read",
  (typed) => expect(parsePlate(typed)).toEqual(PLATE),
);

test("Arabic letters and a lone alef are those of the plate", () => {
  expect(parsePlate("11ي22233")?.letter).toBe("ی");
  expect(parsePlate("11ك22233")?.letter).toBe("ک");
  expect(parsePlate("11ا222-33")?.letter).toBe("الف");
  expect(parsePlate("11 d 222 33")?.letter).toBe("D");
});

test.each(["", "24ب35714-5", "ب24357-14", "24ب357", "24چ357-14", "124ب357-14", "ABC 123"])(
  "%s is no national plate",
  (typed) => {
    expect(parsePlate(typed)).toBeNull();
  },
);

test("what is stored is read again, for every letter", () => {
  for (const letter of PLATE_LETTERS) {
    const plate = { ...PLATE, letter };
    expect(parsePlate(storedPlate(plate))).toEqual(plate);
  }
});

test("the letter says the class", () => {
  expect(plateClass("ب")).toBe("private");
  expect(plateClass("ت")).toBe("taxi");
  expect(plateClass("پ")).toBe("police");
  expect(plateClass("ژ")).toBe("disabled");
});

test("plates are found among words, however they were typed", () => {
  const kept = { plate: "24ب357-14" };
  expect(platesIn("پژوی سفید ۲۴ ب ۳۵۷ ایران ۱۴ فرار کرد")).toEqual(["پژوی سفید ", kept, " فرار کرد"]);
  expect(platesIn("24ب357-14، ۱۱ ت ۲۲۲ ۳۳")).toEqual([kept, "، ", { plate: "11ت222-33" }]);
  expect(platesIn(writtenPlate(PLATE))).toEqual([kept]);
  for (const none of ["", "ساعت ۱۲ تا ۱۴", "تلفن 061 555 0110", "124ب357-14", "24ب357-145", "۲۴ بار ۳۵۷ نفر ۱۴"])
    expect(platesIn(none)).toEqual(none === "" ? [] : [none]);
});
