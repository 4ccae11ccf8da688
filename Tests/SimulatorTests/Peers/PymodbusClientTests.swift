import Harness
import Testing

/// The simulator as pymodbus sees it, on every link.
@Suite struct PymodbusClientTests {
  @Test(arguments: PeerRoom.Link.allCases) func pymodbusReadsWhatTheJournalSays(link: PeerRoom.Link) throws {
    let folder = try TemporaryFolder("pymodbus")
    let device = try PeerRoom.device(link, folder)
    let read = try PeerRoom.pymodbusClient(
      folder, device.way + ["2", "holding:30:10", "holding:32:2", "input:1000:2", "coil:5:2", "discrete:7:1"])
    let served = try device.simulator.journal().rows
    #expect(served.allSatisfy { $0.unit == 2 })
    #expect(read.count == 5)
    #expect(read == served.map(Self.line))
    #expect(Set(served[0].words).count > 5)
  }

  @Test func pymodbusUnderstandsTheRefusals() throws {
    let folder = try TemporaryFolder("pymodbus-refusals")
    let device = try PeerRoom.device(.tcp, folder, ["--quirk", "request_limit, limit: 4"])
    let read = try PeerRoom.pymodbusClient(
      folder, device.way + ["1", "holding:40:1", "holding:30:5", "holding:36:4", "write:holding:30:5"])
    #expect(read[0] == "holding,40,exception 2" && read[1] == "holding,30,exception 3")
    #expect(read[2].hasPrefix("holding,36,") && !read[2].contains("exception"))
    #expect(read[3] == "write-holding,30,exception 1")
    let missing = try PeerRoom.pymodbusClient(folder, device.way + ["9", "holding:30:1"])
    #expect(missing == ["holding,30,exception 11"])
  }

  @Test func pymodbusWritesWhereItIsAllowedAndReadsItBack() throws {
    let folder = try TemporaryFolder("pymodbus-writes")
    let device = try PeerRoom.device(.tcp, folder, ["--allow-writes"])
    let read = try PeerRoom.pymodbusClient(
      folder,
      device.way + ["1", "write:holding:38:777", "holding:38:1", "write:coil:6:1", "coil:6:1", "write:holding:30:1"])
    #expect(
      read == [
        "write-holding,38,done", "holding,38,0309", "write-coil,6,done", "coil,6,1", "write-holding,30,exception 2",
      ])
    #expect(try device.simulator.journal().rows.map(\.table) == ["write-holding", "holding", "write-coil", "coil"])
  }

  static func line(_ row: ServedJournal.Row) -> String {
    let isBits = row.table == "coil" || row.table == "discrete"
    let words = row.words.map { word in
      let digits = String(word, radix: 16, uppercase: true)
      return isBits ? digits : String(repeating: "0", count: 4 - digits.count) + digits
    }
    return "\(row.table),\(row.address),\(words.joined(separator: " "))"
  }
}
