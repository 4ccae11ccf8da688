import Devices
import Foundation
import Harness
import Shopfloor
import Testing

@testable import faults

/// The judge of the fault suite must be able to say no.
@Suite struct ServedCheckTests {
  private static let point = ProfilePoint(
    name: "p", table: .holding, address: 11, type: .float32, wordOrder: .abcd)

  private func fault(_ raw: UInt64, at time: Int64) throws -> String? {
    let folder = try TemporaryFolder("served")
    let file = folder.file("served.csv")
    try """
    utc_us,unit,table,address,words,fault
    1000,1,holding,10,0001 0002 0003,
    1100,2,holding,10,000A 000B 000C,
    2000,1,holding,10,0001 0004 0005,delay
    2100,1,input,10,0001 0006 0007,
    2200,1,write-holding,10,0001 0006 0007,
    2300,1,holding,12,0009 0009,
    9000000,1,holding,10,0001 0002
    """.write(to: file, atomically: true, encoding: .utf8)
    let check = ServedCheck(try ServedJournal(file: file), unit: 1)
    let reading = Reading(
      parameter: ParameterIndex(0), time: Timestamp(microseconds: time), value: 1, raw: raw, rawWordCount: 2)
    return check.fault(of: reading, Self.point)
  }

  @Test func whatTheLastReplyCarriedIsRight() throws {
    #expect(try fault(0x0002_0003, at: 1_500) == nil)
    #expect(try fault(0x0004_0005, at: 2_500) == nil)
  }

  @Test(
    arguments: [
      (0x0002_0003, 2_500), (0x0004_0005, 1_500), (0x0002_0003, 900), (0x000B_000C, 1_500), (0x0006_0007, 2_500),
      (0x0004_0005, 7_500_000),
    ] as [(UInt64, Int64)])
  func everythingElseIsWrong(raw: UInt64, time: Int64) throws {
    #expect(try fault(raw, at: time) != nil)
  }

  @Test func latenessCountsFromTheMostPunctualPoll() {
    #expect(FaultOutcome.lateness([1_000, 2_010, 2_995, 4_300, 6_000], interval: 1_000) == [5, 15, 0, 305, 5])
  }
}
