import { beforeAll, describe, expect, test } from "vitest";
import { en, fa, setDisplayOffset } from "./formats";

/**
 * Leap years 1206 to 1498 as published by Iran's calendar authority, University of Tehran (KabiseShamsi1206-1498); the year 1206
 * began on 22 March 1827. The plain text is CC0 (roozbehp/persiancalendar).
 */
const LEAP_YEARS = new Set(
  `1210 1214 1218 1222 1226 1230 1234 1238 1243 1247 1251 1255 1259 1263 1267 1271 1276 1280 1284 1288 1292 1296 1300 1304
  1309 1313 1317 1321 1325 1329 1333 1337 1342 1346 1350 1354 1358 1362 1366 1370 1375 1379 1383 1387 1391 1395 1399 1403
  1408 1412 1416 1420 1424 1428 1432 1436 1441 1445 1449 1453 1457 1461 1465 1469 1474 1478 1482 1486 1490 1494 1498`
    .split(/\s+/)
    .map(Number),
);
const DAY = 86_400_000;

beforeAll(() => setDisplayOffset(3.5 * 3_600_000));

describe("Jalali dates", () => {
  test("every Nowruz from 1206 to 1498 falls on the official day", () => {
    // Noon in Tehran, so that the offset does not matter here.
    let noon = Date.UTC(1827, 2, 22, 8, 30);
    for (let year = 1206; year <= 1498; year++) {
      expect(fa.date(noon)).toBe(fa.digits(`${year}/01/01`));
      noon += (LEAP_YEARS.has(year) ? 366 : 365) * DAY;
      expect(fa.date(noon - DAY)).toBe(fa.digits(LEAP_YEARS.has(year) ? `${year}/12/30` : `${year}/12/29`));
    }
  });

  test("three of them by their Gregorian days", () => {
    expect(fa.date(Date.UTC(2021, 2, 21, 8))).toBe("۱۴۰۰/۰۱/۰۱");
    expect(fa.date(Date.UTC(2025, 2, 20, 8))).toBe("۱۴۰۳/۱۲/۳۰");
    expect(fa.date(Date.UTC(2025, 2, 21, 8))).toBe("۱۴۰۴/۰۱/۰۱");
  });

  test("the day turns at midnight by the server's offset, not by the device's zone", () => {
    expect(fa.date(Date.UTC(2026, 10, 21, 20, 29, 59))).toBe("۱۴۰۵/۰۸/۳۰");
    expect(fa.date(Date.UTC(2026, 10, 21, 20, 30, 0))).toBe("۱۴۰۵/۰۹/۰۱");
    expect(fa.timeSeconds(Date.UTC(2026, 10, 21, 20, 30, 0))).toBe("۰۰:۰۰:۰۰");
  });

  test("the long form has the words in Persian order", () => {
    expect(fa.dateLong(Date.UTC(2026, 10, 21, 8))).toBe("شنبه ۳۰ آبان ۱۴۰۵");
    expect(en.dateLong(Date.UTC(2026, 10, 21, 8))).toBe("Saturday 21 November 2026");
  });
});

test("numbers, timers and names of numbers", () => {
  expect(fa.num(1234)).toBe("۱٬۲۳۴");
  expect(fa.num(2.14, 1)).toBe("۲٫۱");
  expect(fa.id(1234)).toBe("۱۲۳۴");
  expect(fa.timer(252_000)).toBe("۰۴:۱۲");
  expect(fa.timer(3_852_999)).toBe("۱:۰۴:۱۲");
  expect(fa.timer(-5)).toBe("۰۰:۰۰");
  expect(en.timer(252_000)).toBe("04:12");
  expect(fa.time(Date.UTC(2026, 10, 21, 18, 4))).toBe("۲۱:۳۴");
});

test("Persian names sort by the Persian alphabet", () => {
  expect(["یزد", "پارس", "تهران", "آبادان"].sort(fa.compare)).toEqual(["آبادان", "پارس", "تهران", "یزد"]);
});

test("a month's title has the month first in both languages", () => {
  const ms = Date.UTC(2026, 10, 21);
  expect(fa.monthOf(ms)).toBe("آبان ۱۴۰۵");
  expect(en.monthOf(ms)).toBe("November 2026");
});
