import { describe, expect, test } from "vitest";
import type { Call } from "../../../core/views";
import { blocksOf, isLoud, linesOf } from "./cameWith";

const COMMENT =
  '<com:EmergencyCallData.Comment xmlns:com="urn:x"><com:DataProviderReference>r@example.org</com:DataProviderReference>' +
  '<com:Comment xml:lang="en">Fish &amp; chips</com:Comment></com:EmergencyCallData.Comment>';
const call = (data: Call["data"], locations: Call["locations"] = []) => ({ data, locations });

describe("what came with a call", () => {
  test("is read from XML by its leaves, also when it was cut short", () => {
    const lines = [
      { name: "DataProviderReference", text: "r@example.org" },
      { name: "Comment", text: "Fish & chips" },
    ];
    expect(linesOf(COMMENT)).toEqual(lines);
    expect(linesOf(COMMENT.slice(0, -40))).toEqual(lines);
  });
  test("is read from JSON without what tells a call-taker nothing", () => {
    const person = {
      $id: "p",
      lastUpdateTimeStamp: "2026-11-21T01:15:30Z",
      updatedByAgencyReference: { $ref: "a" },
      ncPersonComponent: { name: [{ personFullName: [{ value: "A Caller" }] }] },
      callIdentifier: ["c"],
      eta: null,
    };
    expect(linesOf(JSON.stringify(person))).toEqual([
      { name: "personFullName", text: "A Caller" },
      { name: "callIdentifier", text: "c" },
    ]);
  });
  test("is read out of JSON that holds XML, as another system's additional data does", () => {
    const held = linesOf(JSON.stringify({ additionalDataByValue: COMMENT, urlPurpose: "x" }));
    expect(held.map((line) => line.text)).toEqual(["r@example.org", "Fish & chips", "x"]);
    expect(blocksOf(call([["eido-unread", "<eido>fire</eido>"]]))[0]?.lines).toEqual([
      { name: "", text: "<eido>fire</eido>" },
    ]);
  });
  test("is shown as it came when it is neither, or damaged", () => {
    for (const text of ["sip:a@lis.example", '{"half":', "< 5 people", "<a></a>"])
      expect(linesOf(` ${text} `)).toEqual([{ name: "", text }]);
  });
  test("has one name for the same thing by every way, and leaves out what is shown elsewhere", () => {
    const data: Call["data"] = [
      ["silent", "1"],
      ["emergencycalldata.comment+xml", COMMENT],
      ["EmergencyCallData.Comment", COMMENT],
      ["note", " "],
      ["eido-agency", "cad.example"],
    ];
    expect(blocksOf(call(data)).map((block) => block.key)).toEqual(["comment", "comment", "eido-agency"]);
  });
  test("leaves out a partner's places that stand above as estimates, not those that could not be read", () => {
    const data: Call["data"] = [
      ["eido-location", "<presence><pos>35 51</pos></presence>"],
      ["eido-location", "https://lrf.example/1"],
      ["eido-notes", '{"notesActionComments":"in the narrative"}'],
    ];
    expect(blocksOf(call(data, [{} as Call["locations"][number]])).map((block) => block.lines[0]?.text)).toEqual([
      "https://lrf.example/1",
    ]);
    expect(blocksOf(call(data))).toHaveLength(2);
  });
  test("opens by itself when nothing else tells it", () => {
    expect(isLoud(call([["eido-unread", "?"]]))).toBe(true);
    expect(isLoud(call([["note", "damaged"]]))).toBe(true);
    expect(isLoud(call([["location-reference", "sip:a@b"]]))).toBe(true);
    expect(isLoud(call([["location-reference", "sip:a@b"]], [{} as Call["locations"][number]]))).toBe(false);
    expect(isLoud(call([["call-info", "https://x"]]))).toBe(false);
  });
});
