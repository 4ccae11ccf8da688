import Harness
import Testing

/// The simulator as mbpoll (libmodbus) sees it.
@Suite struct MbpollTests {
  @Test(arguments: [PeerRoom.Link.tcp, .serial]) func mbpollReadsWhatTheJournalSays(link: PeerRoom.Link) throws {
    let folder = try TemporaryFolder("mbpoll")
    let device = try PeerRoom.device(link, folder)
    let way =
      link == .serial
      ? ["-m", "rtu", "-b", "115200", "-P", "none", device.way[1]] : ["-m", "tcp", "-p", device.way[2], device.way[1]]
    // Types of mbpoll: 4 holding, 3 input, 0 coil, 1 discrete; -0: addresses of the wire; -1: once.
    for (type, address, count) in [("4:hex", 30, 10), ("3:hex", 1000, 2), ("0", 5, 2), ("1", 7, 1)] {
      let lines = try PeerRoom.mbpoll(
        folder, ["-a", "3", "-t", type, "-0", "-r", "\(address)", "-c", "\(count)", "-1", "-o", "5"] + way)
      let read = lines.compactMap(Self.word)
      let served = try #require(try device.simulator.journal().rows.last)
      #expect(served.unit == 3 && served.address == address)
      #expect(read == served.words, "\(lines)")
    }
    #expect(try device.simulator.journal().rows.map(\.table) == ["holding", "input", "coil", "discrete"])
  }

  /// "[30]:  0x41A3" or "[5]:  1".
  private static func word(_ line: String) -> UInt16? {
    guard line.hasPrefix("["), let text = line.split(separator: ":").last else { return nil }
    let digits = text.filter { !$0.isWhitespace }
    return digits.hasPrefix("0x") ? UInt16(digits.dropFirst(2), radix: 16) : UInt16(digits)
  }
}
