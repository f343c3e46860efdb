import { describe, expect, it } from "vitest";
import { messages as field } from "../behind/messages";
import { pocket } from "../pocket";
import { OUTCOMES, outcomesFor } from "./outcomes";
import type { OwnReport } from "./own";
import { keepReport, openReport, REPORT_OPEN_S, stepped } from "./own";

const report: OwnReport = {
  assignment: "p.i1.1",
  number: 12,
  kindCommon: "FIGHT",
  disposition: "settled_on_scene",
  text: "صلح کردند",
  people: 2,
  vehicles: null,
  clearedAt: 1_000_000,
};

describe("the short report", () => {
  it("offers six outcomes that fit the kind, and all others behind them", () => {
    for (const kind of ["FIGHT", "ACCIDENT", "TRAFFIC", "NOISE", "OFFICER", "NEVERHEARD", null]) {
      const { first, others } = outcomesFor(kind);
      expect(first).toHaveLength(6);
      expect([...first, ...others].sort()).toEqual([...OUTCOMES].sort());
    }
    expect(outcomesFor("FIGHT").first[0]).toBe("settled_on_scene");
    expect(outcomesFor("TRAFFIC").first[0]).toBe("citation");
    for (const code of OUTCOMES) expect(field.fa[`disposition.${code}`]).toBeTruthy();
  });

  it("may be changed for half an hour and is then forgotten", () => {
    keepReport("p.u.A01", report);
    const last = report.clearedAt + REPORT_OPEN_S * 1000 - 1;
    expect(openReport("p.u.A01", last)).toEqual(report);
    expect(openReport("p.u.A02", last)).toBeNull();
    expect(openReport("p.u.A01", last + 1)).toBeNull();
    expect(pocket.get("report p.u.A01")).toBeNull();
  });

  it("may be changed for as long as the crew's office allows", () => {
    const longer = { ...report, openS: 3_600 };
    keepReport("p.u.A01", longer);
    expect(openReport("p.u.A01", report.clearedAt + 3_600_000 - 1)).toEqual(longer);
    expect(openReport("p.u.A01", report.clearedAt + 3_600_000)).toBeNull();
  });

  it("tells nought from nothing said", () => {
    expect(stepped(null, 1)).toBe(1);
    expect(stepped(null, -1)).toBe(0);
    expect(stepped(0, -1)).toBeNull();
    expect(stepped(999, 1)).toBe(999);
  });
});
